// The cookie of a person's session, and the checks for a change made with it.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/admin/admin_api.hpp"

namespace tollgate::admin {

// "__Host-tollgate_session" over https. Over plain http, "tollgate_session": only a browser on the
// gateway's own machine (a Host of localhost or a loopback address) may then have a session.
std::string_view cookie_name(const request_facts& facts);

// Fails with errc::forbidden "https_needed" if the request came over plain http to another host.
base::result<> check_cookie_allowed(const base::http_request& request, const request_facts& facts);

// The token in the request's cookie; empty if there is none or the name occurs twice.
std::string_view session_token_of(const base::http_request& request, const request_facts& facts);

// The Set-Cookie value of a session: no expiry, HttpOnly, SameSite=Strict, Path=/, and Secure over
// https.
std::string session_cookie(const base::secret& token, const request_facts& facts);
// The Set-Cookie value that removes the session's cookie.
std::string ended_cookie(const request_facts& facts);

// The value of the cookie of a sign-in in progress, read as in session_token_of().
std::string_view sign_on_cookie_of(const base::http_request& request, const request_facts& facts);
// The Set-Cookie value of a sign-in in progress, valid for ten minutes. SameSite=Lax, because the
// browser must send it when it returns from the identity provider. An empty `sealed` removes the
// cookie.
std::string sign_on_cookie(std::string_view sealed, const request_facts& facts);

// The gateway's own origin as the browser sees it: scheme and Host of the request.
std::string own_origin(const base::http_request& request, const request_facts& facts);

// Checks a change made by cookie: its Origin must be the gateway's own, and X-CSRF-Token must have
// the session's CSRF token, compared in constant time. Fails with errc::forbidden "foreign_origin"
// or "csrf_token".
base::result<> check_own_page(const base::http_request& request, const request_facts& facts,
                              std::string_view csrf_token);
// Checks only the Origin, for a sign-in, which has no session yet: it must be absent or the
// gateway's own. Fails with "foreign_origin".
base::result<> check_sign_in_page(const base::http_request& request, const request_facts& facts);

}  // namespace tollgate::admin
