#include "server/oauth/answers.hpp"

#include <array>

#include "base/json_text.hpp"
#include "server/oauth/endpoints.hpp"
#include "tenancy/rules/scope.hpp"

namespace tollgate::oauth {

namespace {

using base::json_members;

std::string list_of(std::initializer_list<std::string_view> words) {
    std::string out = "[";
    for (const auto word : words) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, word);
    }
    return out + ']';
}

std::string scopes() {
    return list_of({tenancy::oauth::full_scope, tenancy::oauth::read_scope});
}

std::string url(std::string_view begin, std::string_view end) {
    return std::string{begin} + std::string{end};
}

std::int64_t seconds_of(base::timestamp at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

base::http_response json_answer(unsigned status, std::string body) {
    base::http_response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

base::http_response error_answer(unsigned status, std::string_view error, std::string_view detail,
                                 int retry_seconds) {
    std::string body = "{";
    json_members members{body};
    members.text("error", error).text("error_description", detail);
    auto out = json_answer(status, body + '}');
    if (retry_seconds > 0) out.headers.emplace_back("Retry-After", std::to_string(retry_seconds));
    return out;
}

base::http_response error_answer(const base::failure& why) {
    using base::errc;
    if (why.kind == errc::invalid_argument) return error_answer(400, why.code, why.message);
    if (why.kind == errc::limit_exceeded)
        return error_answer(429, "temporarily_unavailable", why.message, 60);
    if (why.kind == errc::unavailable)
        return error_answer(503, "temporarily_unavailable",
                            "The record store does not answer. Try again shortly.", 1);
    return error_answer(500, "server_error", "Something went wrong; the log has the details.");
}

std::string resource_metadata(std::string_view issuer) {
    std::string out = "{";
    json_members members{out};
    members.text("resource", issuer)
        .raw("authorization_servers", list_of({issuer}))
        .raw("scopes_supported", scopes())
        .raw("bearer_methods_supported", list_of({"header"}))
        .text("resource_name", "Tollgate: Stripe");
    return out + '}';
}

std::string server_metadata(std::string_view issuer, std::string_view endpoints) {
    std::string out = "{";
    json_members members{out};
    members.text("issuer", issuer)
        .text("authorization_endpoint", url(endpoints, endpoints::authorize))
        .text("token_endpoint", url(endpoints, endpoints::token))
        .text("registration_endpoint", url(endpoints, endpoints::registration))
        .text("revocation_endpoint", url(endpoints, endpoints::revoke))
        .text("introspection_endpoint", url(endpoints, endpoints::introspect))
        .raw("scopes_supported", scopes())
        .raw("response_types_supported", list_of({"code"}))
        .raw("response_modes_supported", list_of({"query"}))
        .raw("grant_types_supported", list_of({"authorization_code", "refresh_token"}))
        .raw("token_endpoint_auth_methods_supported", list_of({"none"}))
        .raw("revocation_endpoint_auth_methods_supported", list_of({"none"}))
        .raw("code_challenge_methods_supported", list_of({"S256"}))
        .raw("protected_resources", list_of({issuer}))
        .truth("client_id_metadata_document_supported", true)
        .truth("authorization_response_iss_parameter_supported", true);
    return out + '}';
}

std::string encode(const tenancy::oauth::oauth_client& client) {
    std::string uris = "[";
    for (const std::string& uri : client.redirect_uris) {
        if (uris.size() > 1) uris += ',';
        base::append_json_string(uris, uri);
    }
    std::string out = "{";
    json_members members{out};
    members.text("client_id", client.id)
        .number("client_id_issued_at", seconds_of(client.created_at))
        .raw("redirect_uris", uris + ']')
        .text("token_endpoint_auth_method", "none")
        .raw("grant_types", list_of({"authorization_code", "refresh_token"}))
        .raw("response_types", list_of({"code"}));
    if (!client.name.empty()) members.text("client_name", client.name);
    return out + '}';
}

std::string encode(const tenancy::oauth::issued_tokens& tokens) {
    std::string out = "{";
    json_members members{out};
    members.text("access_token", tokens.access.reveal())
        .text("token_type", "Bearer")
        .number("expires_in", tokens.expires_in.count())
        .text("refresh_token", tokens.refresh.reveal())
        .text("scope", tokens.scope);
    return out + '}';
}

std::string encode(const tenancy::oauth::token_facts* facts) {
    if (facts == nullptr) return R"({"active":false})";
    const auto& claims = facts->claims;
    std::string out = "{";
    json_members members{out};
    members.truth("active", true)
        .text("scope", claims.scope)
        .text("client_id", claims.client_id)
        .text("token_type", facts->refresh ? "refresh_token" : "Bearer")
        .number("exp", seconds_of(claims.expires_at))
        .number("iat", seconds_of(claims.issued_at))
        .text("sub", claims.authorization)
        .text("aud", claims.audience)
        .text("iss", claims.issuer);
    if (!claims.id.empty()) members.text("jti", claims.id);
    return out + '}';
}

}  // namespace tollgate::oauth
