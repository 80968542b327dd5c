// Where a browser may be sent with a code: which addresses a client may name, and when one is the
// one it registered.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy::oauth {

// A redirect URI: https anywhere, or http on this computer (localhost, 127.0.0.0/8, ::1). No user,
// no fragment, at most 2,000 characters of ASCII. Fails with invalid_argument
// "invalid_redirect_uri".
base::result<> check_redirect_uri(std::string_view uri);

// True when `uri` is equal to one of them, or to one on this computer but for its port, which
// programs choose when they start (RFC 8252 §7.3).
bool redirect_allowed(const std::vector<std::string>& registered, std::string_view uri);

// "https://name:port" of a redirect URI that passed the check.
std::string origin_of_uri(std::string_view uri);
// "name:port" of it.
std::string host_of_uri(std::string_view uri);
// True for http.
bool on_this_computer(std::string_view uri);

}  // namespace tollgate::tenancy::oauth
