// Where a browser may be sent with a code: which addresses a client may name, and when one is the
// one it registered.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy::oauth {

// A redirect URI: https anywhere, http on this computer (localhost, 127.0.0.0/8, ::1), or, with
// `app_prefixes`, an application's own scheme (RFC 8252 §7.1): equal to one of them, or what begins
// with one that ends in '/'. No user, no fragment, a port up to 65535, at most 2,000 characters of
// ASCII. Fails with invalid_argument "invalid_redirect_uri".
base::result<> check_redirect_uri(std::string_view uri,
                                  const std::vector<std::string>& app_prefixes = {});

// Checks one of `app_prefixes` themselves: "scheme://host/…" with a scheme that no browser acts on
// by itself. Fails with invalid_argument "bad_redirect_scheme".
base::result<> check_app_prefix(std::string_view prefix);

// True when `uri` is equal to one of them, or to one on this computer but for its port, which
// programs choose when they start (RFC 8252 §7.3).
bool redirect_allowed(const std::vector<std::string>& registered, std::string_view uri);

// Of a redirect URI that passed the check, what a page's Content-Security-Policy may name:
// "https://name:port", or "scheme:" of an application.
std::string origin_of_uri(std::string_view uri);
// "name:port" of it; of an application "scheme://name".
std::string host_of_uri(std::string_view uri);
// True for http, and for the scheme of an application.
bool on_this_computer(std::string_view uri);

}  // namespace tollgate::tenancy::oauth
