#include "server/pipeline/authorize.hpp"

#include "server/pipeline/problem.hpp"
#include "tenancy/token.hpp"

namespace tollgate::server {

namespace {

using answer = std::optional<base::http_response>;

base::http_response no_such_server() {
    return problem(404, "not_found", "There is no such MCP server.");
}

base::http_response challenge(std::string_view detail) {
    auto out = problem(401, "unauthorized", detail);
    out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tollgate\"");
    return out;
}

base::http_response store_down() {
    return problem(503, "unavailable", "The record store does not answer. Try again shortly.");
}

// The token that headers name. Some clients can set one of these headers only.
struct header_token {
    std::string_view token;      // empty: none
    bool contradictory = false;  // two headers name different ones
};

header_token token_of_headers(const base::http_request& request) {
    header_token out{bearer(request)};
    for (const std::string_view name : {"X-API-Key", "X-Auth-Token"}) {
        const auto value = request.header(name);
        if (value.empty()) continue;
        if (!out.token.empty() && out.token != value) out.contradictory = true;
        out.token = value;
    }
    return out;
}

base::http_response contradictory_tokens() {
    return problem(400, "contradictory_tokens",
                   "Authorization, X-API-Key and X-Auth-Token name different tokens: send the MCP "
                   "token in one of them. An API key beside it goes into X-Tollgate-Api-Key.");
}

base::http_response no_token(std::string_view given) {
    if (given.starts_with(tenancy::api_key_prefix))
        return challenge(
            "This is an API key (tgk_…), which opens the admin API. Send the MCP token (tgm_…) of "
            "an MCP server here.");
    return challenge(
        "Send the MCP token as 'Authorization: Bearer tgm_…', X-API-Key or X-Auth-Token, or use "
        "the MCP server's URL.");
}

// The API key that comes beside the MCP token.
std::string_view second_credential(const request_context& context) {
    const auto own = context.request.header("X-Tollgate-Api-Key");
    if (!own.empty() || context.path_token.empty()) return own;
    return bearer(context.request);
}

base::awaitable<answer> check_second_factor(tenancy::grant_source& grants,
                                            request_context& context) {
    const auto key = second_credential(context);
    constexpr std::string_view wanted =
        "This MCP server also needs an API key of its team: send 'Authorization: Bearer tgk_…'.";
    if (key.empty()) co_return challenge(wanted);
    const auto known = co_await grants.api_key_of_team(key, context.grant->team_id);
    if (!known) co_return store_down();
    if (!*known) co_return challenge(wanted);
    co_return answer{};
}

}  // namespace

std::string_view bearer(const base::http_request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto value = request.header("Authorization");
    if (value.size() <= scheme.size() ||
        !base::equal_ignore_case(value.substr(0, scheme.size()), scheme))
        return {};
    return value.substr(scheme.size());
}

base::awaitable<answer> authorize(tenancy::grant_source& grants, const base::clock& clock,
                                  request_context& context) {
    const bool by_path = !context.path_token.empty();
    const header_token named = by_path ? header_token{} : token_of_headers(context.request);
    if (named.contradictory) co_return contradictory_tokens();
    const auto token = by_path ? context.path_token : named.token;
    auto refused = [by_path, token] { return by_path ? no_such_server() : no_token(token); };
    if (token.empty()) co_return refused();
    context.grant = grants.cached(token);
    if (!context.grant) {
        auto found = co_await grants.find(token);
        if (!found && found.error().kind == base::errc::unavailable) co_return store_down();
        if (!found) co_return refused();
        context.grant = std::move(*found);
    }
    if (!tenancy::grant_valid_at(*context.grant, clock.now()) ||
        context.grant->auth == tenancy::server_auth::oauth) {
        context.grant.reset();
        co_return refused();
    }
    if (context.grant->require_api_token_auth)
        co_return co_await check_second_factor(grants, context);
    co_return answer{};
}

in_flight::in_flight(const tenancy::grant& grant, std::size_t limit) : usage_(grant.usage) {
    admitted_ = usage_->in_flight.fetch_add(1, std::memory_order_relaxed) < limit;
}

in_flight::~in_flight() {
    usage_->in_flight.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tollgate::server
