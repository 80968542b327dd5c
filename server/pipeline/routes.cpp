#include "server/pipeline/routes.hpp"

#include "base/nearest.hpp"

namespace tollgate::server {

namespace {

struct row {
    std::string_view path;
    route to;
    bool surface::* on;  // null: on every listener
};

constexpr std::array<row, 4> exact{{
    {"/healthz", route::health, nullptr},
    {"/readyz", route::ready, nullptr},
    {"/metrics", route::metrics, &surface::admin},
    {"/mcp", route::mcp, &surface::mcp},
}};

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

}  // namespace

std::string_view route_name(route value) {
    constexpr std::array<std::string_view, route_count> names{"none", "health", "ready", "metrics",
                                                              "mcp",  "admin",  "oauth"};
    return names[static_cast<std::size_t>(value)];
}

void select_route(const surface& served, request_context& context) {
    const std::string_view path = context.request.path;
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
