#include "server/pipeline/authorize.hpp"

#include "base/bearer.hpp"
#include "server/pipeline/pipeline.hpp"
#include "server/pipeline/problem.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::server {

namespace {

using answer = std::optional<base::http_response>;

base::http_response no_such_server() {
    return problem(404, "not_found", "There is no such MCP server.");
}

// The same status as for any other bad token; the text only tells what anyone can see from the
// checksum.
base::http_response mistyped() {
    return problem(
        404, "not_found",
        "There is no such MCP server: this URL is mistyped or cut, for its checksum does "
        "not fit. Copy the whole URL again.");
}

base::http_response challenge(std::string_view detail) {
    auto out = problem(401, "unauthorized", detail);
    out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tollgate\"");
    return out;
}

base::http_response store_down() {
    return problem(503, "unavailable", "The record store does not answer. Try again shortly.");
}

// The API key sent in addition to the MCP token. A bearer credential is the API key if the MCP
// token is in the path or in another header.
std::string_view second_credential(const request_context& context) {
    const auto own = context.request.header("X-Tollgate-Api-Key");
    if (!own.empty()) return own;
    const auto credential = base::bearer_credential(context.request);
    if (!context.path_token.empty() || credential.starts_with(tenancy::api_key_prefix))
        return credential;
    return {};
}

// The MCP token in the headers of a request to /mcp. Several headers are accepted, because some
// clients let users set only certain fixed headers.
struct header_token {
    std::string_view value;     // an MCP token if any header contains one, otherwise the first
                                // value found
    bool contradicted = false;  // another header contains a different MCP token
};

header_token token_of_headers(const base::http_request& request) {
    header_token out;
    for (const auto candidate : {base::bearer_credential(request), request.header("X-API-Key"),
                                 request.header("X-Auth-Token")}) {
        const bool token = candidate.starts_with(tenancy::mcp_token_prefix);
        const bool found = out.value.starts_with(tenancy::mcp_token_prefix);
        if (token && found && candidate != out.value) out.contradicted = true;
        if (out.value.empty() || (token && !found)) out.value = candidate;
    }
    return out;
}

base::http_response no_token(std::string_view came) {
    if (came.starts_with(tenancy::api_key_prefix))
        return challenge(
            "This is an API key (tgk_…), which is for the admin API. Send the token of an MCP "
            "server (tgm_…), or use the MCP server's URL.");
    return challenge(
        "Send the MCP token as 'Authorization: Bearer tgm_…' (or as X-API-Key or X-Auth-Token), or "
        "use the MCP server's URL.");
}

base::awaitable<answer> check_second_factor(tenancy::grant_source& grants, admin_surface& people,
                                            request_context& context) {
    const auto key = second_credential(context);
    constexpr std::string_view wanted =
        "This MCP server also needs an API key of its team: send 'Authorization: Bearer tgk_…', or "
        "the session of a person of its team.";
    if (key.empty()) {
        const auto person = co_await people.has_session(context, context.grant->team_id);
        if (!person) co_return store_down();
        if (!*person) co_return challenge(wanted);
        co_return answer{};
    }
    const auto known = co_await grants.api_key_of_team(key, context.grant->team_id);
    if (!known) co_return store_down();
    if (!*known) co_return challenge(wanted);
    co_return answer{};
}

}  // namespace

base::awaitable<answer> authorize(tenancy::grant_source& grants, admin_surface& people,
                                  const base::clock& clock, request_context& context) {
    const bool by_path = !context.path_token.empty();
    const header_token sent =
        by_path ? header_token{context.path_token} : token_of_headers(context.request);
    if (sent.contradicted)
        co_return problem(400, "contradictory_tokens",
                          "The request names two different MCP tokens in its headers. Send one.");
    const std::string_view token = sent.value;
    auto refused = [by_path, token] {
        if (!by_path) return no_token(token);
        // Only for text that begins like a token: ids of OAuth servers all get the same answer.
        const bool meant = token.starts_with(tenancy::mcp_token_prefix);
        const bool whole = tenancy::well_formed_token(token, tenancy::mcp_token_prefix);
        return meant && !whole ? mistyped() : no_such_server();
    };
    if (token.empty()) co_return refused();
    context.grant = grants.cached(token);
    if (!context.grant) {
        auto found = co_await grants.find(token);
        if (!found && found.error().kind == base::errc::unavailable) co_return store_down();
        if (!found && found.error().kind == base::errc::forbidden)
            co_return problem(403, found.error().code, found.error().message);
        if (!found) co_return refused();
        context.grant = std::move(*found);
    }
    if (!tenancy::grant_valid_at(*context.grant, clock.now()) ||
        context.grant->auth == tenancy::server_auth::oauth) {
        context.grant.reset();
        co_return refused();
    }
    if (context.grant->require_api_token_auth)
        co_return co_await check_second_factor(grants, people, context);
    co_return answer{};
}

in_flight::in_flight(const tenancy::grant& grant, std::size_t limit) : usage_(grant.usage) {
    admitted_ = usage_->in_flight.fetch_add(1, std::memory_order_relaxed) < limit;
}

in_flight::~in_flight() {
    usage_->in_flight.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tollgate::server
