// Redirect URIs: which addresses a client may register, and when a given address matches a
// registered one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy::oauth {

// Checks a redirect URI: https on any host, http on this computer (localhost, 127.0.0.0/8, ::1), or
// an application's own scheme (RFC 8252 §7.1), if the URI equals one of `app_prefixes` or begins
// with one that ends in '/'. At most 2,000 characters; what base::parse_url() refuses is refused.
// Fails with invalid_argument "invalid_redirect_uri".
base::result<> check_redirect_uri(std::string_view uri,
                                  const std::vector<std::string>& app_prefixes = {});

// Checks one of `app_prefixes`: "scheme://host/…" with a scheme that browsers do not handle
// themselves. Fails with invalid_argument "bad_redirect_scheme".
base::result<> check_app_prefix(std::string_view prefix);

// True if `uri` equals a registered one. For http on this computer the port may differ, because
// programs choose it at start (RFC 8252 §7.3).
bool redirect_allowed(const std::vector<std::string>& registered, std::string_view uri);

// For a URI that is not one of these, the following return an empty text and false.

// The source that a page's Content-Security-Policy may name for a checked redirect URI:
// "https://name:port", or an application's "scheme:".
std::string origin_of_uri(std::string_view uri);
// The URI's "name:port"; for an application, "scheme://name".
std::string host_of_uri(std::string_view uri);
// True for http, and for an application's scheme.
bool on_this_computer(std::string_view uri);

}  // namespace tollgate::tenancy::oauth
