// The cookie of a person's session, and what a change made with it must bring.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/admin/admin_api.hpp"

namespace tollgate::admin {

// "__Host-tollgate_session" over https. Over plain http only a browser on the gateway's own machine
// (a Host of localhost or a loopback address) may have a session, in "tollgate_session".
std::string_view cookie_name(const request_facts& facts);

// Fails with errc::forbidden "https_needed" if the request came over plain http to another host.
base::result<> check_cookie_allowed(const base::http_request& request, const request_facts& facts);

// The token in the request's cookie; empty if there is none, or if the name is there twice.
std::string_view session_token_of(const base::http_request& request, const request_facts& facts);

// The value of Set-Cookie: for this browser session, HttpOnly, SameSite=Strict, Path=/, and Secure
// over https.
std::string session_cookie(const base::secret& token, const request_facts& facts);
// The one that removes it.
std::string ended_cookie(const request_facts& facts);

// The value of the cookie with that name, as session_token_of(): of a sign-in that is on its way.
std::string_view sign_on_cookie_of(const base::http_request& request, const request_facts& facts);
// The value of Set-Cookie for it: sent when the identity provider leads the browser back
// (SameSite=Lax), for ten minutes. An empty `sealed` removes it.
std::string sign_on_cookie(std::string_view sealed, const request_facts& facts);

// The address by which the browser knows this gateway: scheme and Host of the request.
std::string own_origin(const base::http_request& request, const request_facts& facts);

// What a change by cookie needs: an Origin that is the gateway's own, and the session's CSRF token
// in X-CSRF-Token, compared in constant time. Fails with errc::forbidden "foreign_origin" or
// "csrf_token".
base::result<> check_own_page(const base::http_request& request, const request_facts& facts,
                              std::string_view csrf_token);
// The Origin alone, for a sign-in, which has no session yet: absent, or the gateway's own. Fails
// with "foreign_origin".
base::result<> check_sign_in_page(const base::http_request& request, const request_facts& facts);

}  // namespace tollgate::admin
