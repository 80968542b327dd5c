#include "server/admin/session_cookie.hpp"

#include "base/crypto.hpp"
#include "base/url.hpp"

namespace tollgate::admin {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::string_view secure_name = "__Host-tollgate_session";
constexpr std::string_view plain_name = "tollgate_session";
constexpr std::string_view secure_sign_on_name = "__Host-tollgate_sign_on";
constexpr std::string_view plain_sign_on_name = "tollgate_sign_on";
constexpr std::string_view attributes = "; Path=/; HttpOnly; SameSite=Strict";

bool is_own_machine(std::string_view host) {
    const auto parts = base::split_authority(host);
    return parts && base::is_loopback_host(parts->host);
}

bool is_own_origin(const base::http_request& request, const request_facts& facts) {
    const std::string_view origin = request.header("Origin");
    const auto parts = base::split_url(origin);
    if (!parts || !parts->rest.empty()) return false;
    if (base::equal_ignore_case(origin, facts.base_url)) return true;
    return base::equal_ignore_case(parts->scheme, facts.secure ? "https" : "http") &&
           base::equal_ignore_case(parts->authority, request.header("Host"));
}

base::failure foreign_origin() {
    return fail(errc::forbidden, "foreign_origin",
                "a change with a session must come from a page of this gateway: send its own "
                "address as Origin");
}

// The value of that cookie; empty if there is none, or if the name is there twice.
std::string_view cookie_value(const base::http_request& request, std::string_view wanted) {
    std::string_view out;
    for (const auto& header : request.headers) {
        if (!base::equal_ignore_case(header.name, "Cookie")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            std::string_view pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            const auto equals = pair.find('=');
            if (pair.substr(0, equals) != wanted || equals == pair.npos) continue;
            if (!out.empty()) return {};
            out = pair.substr(equals + 1);
        }
    }
    return out;
}

std::string with_attributes(std::string_view value, const request_facts& facts) {
    std::string out{cookie_name(facts)};
    out.append("=").append(value).append(attributes);
    if (facts.secure) out += "; Secure";
    return out;
}

}  // namespace

std::string_view cookie_name(const request_facts& facts) {
    return facts.secure ? secure_name : plain_name;
}

result<> check_cookie_allowed(const base::http_request& request, const request_facts& facts) {
    if (facts.secure || is_own_machine(request.header("Host"))) return {};
    return fail(errc::forbidden, "https_needed",
                "people sign in over https, or on the gateway's own machine: behind a proxy that "
                "speaks https, name it in server.trusted_proxies");
}

std::string_view session_token_of(const base::http_request& request, const request_facts& facts) {
    if (!check_cookie_allowed(request, facts)) return {};
    return cookie_value(request, cookie_name(facts));
}

std::string_view sign_on_cookie_of(const base::http_request& request, const request_facts& facts) {
    if (!check_cookie_allowed(request, facts)) return {};
    return cookie_value(request, facts.secure ? secure_sign_on_name : plain_sign_on_name);
}

std::string sign_on_cookie(std::string_view sealed, const request_facts& facts) {
    std::string out{facts.secure ? secure_sign_on_name : plain_sign_on_name};
    out.append("=").append(sealed).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
    out += sealed.empty() ? "0" : "600";
    if (facts.secure) out += "; Secure";
    return out;
}

std::string own_origin(const base::http_request& request, const request_facts& facts) {
    std::string out{facts.secure ? "https://" : "http://"};
    return out.append(request.header("Host"));
}

std::string session_cookie(const base::secret& token, const request_facts& facts) {
    return with_attributes(token.reveal(), facts);
}

std::string ended_cookie(const request_facts& facts) {
    return with_attributes("", facts) + "; Max-Age=0";
}

result<> check_own_page(const base::http_request& request, const request_facts& facts,
                        std::string_view csrf_token) {
    if (!is_own_origin(request, facts)) return foreign_origin();
    if (base::equal_constant_time(request.header("X-CSRF-Token"), csrf_token)) return {};
    return fail(errc::forbidden, "csrf_token",
                "a change with a session needs its token: send csrf_token of GET /session/current "
                "as X-CSRF-Token");
}

result<> check_sign_in_page(const base::http_request& request, const request_facts& facts) {
    if (!request.has_header("Origin") || is_own_origin(request, facts)) return {};
    return foreign_origin();
}

}  // namespace tollgate::admin
