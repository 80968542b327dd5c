// /token, /register, /revoke and /introspect.
#include <utility>

#include "base/bearer.hpp"
#include "server/oauth/answers.hpp"
#include "server/oauth/gate.hpp"
#include "server/pipeline/client.hpp"

namespace tollgate::oauth {

namespace {

using base::awaitable;
using tenancy::oauth::presenter;

base::http_response bad_form() {
    return error_answer(400, "invalid_request",
                        "Send application/x-www-form-urlencoded, each parameter once.");
}

base::http_response missing(std::string_view name) {
    return error_answer(400, "invalid_request", std::string{name} + " is missing.");
}

presenter presenter_of(const oauth_call& call, const parameters& form) {
    return {call.server.id, std::string{value_of(form, "client_id")}, call.issuer};
}

}  // namespace

awaitable<base::http_response> gate::give_token(const oauth_call& call) {
    const auto form = decode_form(call.context.request);
    if (!form) co_return bad_form();
    if (call.context.request.has_header("Authorization")) {
        auto out = error_answer(401, "invalid_client",
                                "Clients here have no secret: send client_id in the form.");
        out.headers.emplace_back("WWW-Authenticate", "Basic realm=\"tollgate\"");
        co_return out;
    }
    const auto grant_type = value_of(*form, "grant_type");
    if (grant_type.empty()) co_return missing("grant_type");
    const bool by_code = grant_type == "authorization_code";
    if (!by_code && grant_type != "refresh_token")
        co_return error_answer(400, "unsupported_grant_type",
                               "grant_type is authorization_code or refresh_token.");
    const auto needed =
        by_code ? std::initializer_list<std::string_view>{"client_id", "code", "redirect_uri",
                                                          "code_verifier"}
                : std::initializer_list<std::string_view>{"client_id", "refresh_token"};
    for (const auto name : needed)
        if (value_of(*form, name).empty()) co_return missing(name);
    const auto resource = value_of(*form, "resource");
    if (!resource.empty() && resource != call.issuer)
        co_return error_answer(400, "invalid_target", "resource is not this MCP server's address.");
    auto& authorizations = services_.authorizations;
    auto who = presenter_of(call, *form);
    auto asked =
        by_code
            ? authorizations.exchange(std::move(who), std::string{value_of(*form, "code")},
                                      std::string{value_of(*form, "redirect_uri")},
                                      std::string{value_of(*form, "code_verifier")})
            : authorizations.refresh(std::move(who), std::string{value_of(*form, "refresh_token")});
    const auto issued = co_await std::move(asked);
    if (!issued) co_return error_answer(issued.error());
    co_return json_answer(200, encode(*issued));
}

awaitable<base::http_response> gate::add_client(const oauth_call& call) {
    auto metadata = tenancy::oauth::decode_client(call.context.request.body);
    if (!metadata)
        co_return error_answer(400, "invalid_client_metadata",
                               "Send a JSON object with redirect_uris (RFC 7591).");
    const auto made = services_.clients.add(call.server, std::move(*metadata));
    if (!made) co_return error_answer(made.error());
    // Nothing is stored, so no registration is refused; only the number of log lines is limited.
    const auto now = services_.clock.now();
    const std::string address = server::counted_address(call.context.client_address);
    if (registrations_.may(address, now)) {
        registrations_.count(address, now);
        log_.info("oauth_client_registered", {{"mcp_server", call.server.id},
                                              {"team", call.server.team_id},
                                              {"client_name", made->name},
                                              {"remote", call.context.client_address}});
    }
    co_return json_answer(201, encode(*made));
}

awaitable<base::http_response> gate::revoke(const oauth_call& call) {
    const auto form = decode_form(call.context.request);
    if (!form) co_return bad_form();
    for (const std::string_view name : {"token", "client_id"})
        if (value_of(*form, name).empty()) co_return missing(name);
    auto who = presenter_of(call, *form);
    std::string token{value_of(*form, "token")};
    const auto done =
        co_await services_.authorizations.revoke_token(std::move(who), std::move(token));
    if (!done) co_return error_answer(done.error());
    co_return json_answer(200, "{}");
}

awaitable<base::http_response> gate::introspect(const oauth_call& call) {
    const auto by =
        co_await services_.api_keys.authenticate(base::bearer_credential(call.context.request));
    if (!by && by.error().kind == base::errc::unavailable) co_return error_answer(by.error());
    if (!by || (*by)->team_id != call.server.team_id) {
        auto out = error_answer(401, "invalid_client",
                                "Send an API key of the team as 'Authorization: Bearer tgk_…'.");
        out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tollgate\"");
        co_return out;
    }
    const auto form = decode_form(call.context.request);
    if (!form) co_return bad_form();
    if (value_of(*form, "token").empty()) co_return missing("token");
    presenter where{call.server.id, {}, call.issuer};
    std::string token{value_of(*form, "token")};
    const auto facts = co_await services_.authorizations.introspect(
        (*by)->team_id, std::move(where), std::move(token));
    if (!facts) co_return error_answer(facts.error());
    co_return json_answer(200, encode(*facts ? &**facts : nullptr));
}

}  // namespace tollgate::oauth
