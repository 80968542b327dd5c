#include "server/pipeline/routes.hpp"

#include <algorithm>

#include "base/nearest.hpp"

namespace tollgate::server {

namespace {

struct row {
    std::string_view path;
    route to;
    bool surface::* on;  // null: on every listener
};

constexpr std::array<row, 6> exact{{
    {"/healthz", route::health, nullptr},
    {"/readyz", route::ready, nullptr},
    {"/metrics", route::metrics, &surface::admin},
    {"/mcp/find", route::admin, &surface::admin},
    {"/revoke", route::admin, &surface::admin},
    {"/mcp", route::mcp, &surface::mcp},
}};

// What tells GET /mcp of the admin API, a search, from GET /mcp of a client that listens.
constexpr std::array<std::string_view, 7> search_words{"token",      "prefix", "name",  "holder",
                                                       "created_by", "limit",  "cursor"};

constexpr std::string_view token_prefix = "/mcp/";

// The admin API's first segments; below them it routes for itself.
constexpr std::array<std::string_view, 4> admin_roots{"/integrated-account", "/api-key", "/team",
                                                      "/openapi.yaml"};

// What OAuth clients look for, and what they find there.
bool of_oauth(std::string_view path) {
    return path.starts_with("/oauth/") || path.starts_with("/.well-known/") ||
           (path.starts_with(token_prefix) && path.ends_with("/.well-known/openid-configuration"));
}

bool under(std::string_view path, std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

// `rest` follows /mcp/: a token, a token and an end of HTTP+SSE, or, with the token in a header,
// that end alone.
void select_door(std::string_view rest, request_context& context) {
    const auto slash = rest.find('/');
    const auto end = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    if (end == "sse") context.door = mcp_door::sse;
    if (end == "messages") context.door = mcp_door::messages;
    const bool alone = slash == std::string_view::npos;
    if (!alone && context.door == mcp_door::streamable) return;
    context.to = route::mcp;
    if (!alone) context.path_token = rest.substr(0, slash);
    if (alone && context.door == mcp_door::streamable) context.path_token = rest;
}

// True for a search over MCP servers. A listener without MCP has no other use for the path.
bool is_search(const surface& served, const base::http_request& request) {
    if (!served.admin || request.path != "/mcp") return false;
    if (!served.mcp) return true;
    if (request.method != "GET") return false;
    std::string_view query = request.query;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        const std::string_view name = pair.substr(0, pair.find('='));
        if (std::find(search_words.begin(), search_words.end(), name) != search_words.end())
            return true;
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
    }
    return false;
}

}  // namespace

std::string_view route_name(route value) {
    constexpr std::array<std::string_view, route_count> names{"none", "health", "ready", "metrics",
                                                              "mcp",  "admin",  "oauth"};
    return names[static_cast<std::size_t>(value)];
}

void select_route(const surface& served, request_context& context) {
    const std::string_view path = context.request.path;
    if (is_search(served, context.request)) {
        context.to = route::admin;
        return;
    }
    for (const auto& entry : exact) {
        if (path != entry.path) continue;
        if (entry.on == nullptr || served.*entry.on) context.to = entry.to;
        return;
    }
    if (served.mcp && of_oauth(path)) {
        context.to = route::oauth;
        return;
    }
    if (served.mcp && path.starts_with(token_prefix))
        return select_door(path.substr(token_prefix.size()), context);
    if (!served.admin) return;
    for (const auto root : admin_roots)
        if (under(path, root)) context.to = route::admin;
}

std::string_view nearest_address(const surface& served, std::string_view path) {
    if (!served.admin || path.size() < 2) return {};
    return base::nearest_word(path.substr(0, path.find('/', 1)), admin_roots);
}

}  // namespace tollgate::server
