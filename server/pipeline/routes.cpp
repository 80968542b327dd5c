#include "server/pipeline/routes.hpp"

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
    if (served.mcp && path.starts_with(token_prefix)) {
        const std::string_view token = path.substr(token_prefix.size());
        if (token.find('/') != std::string_view::npos) return;
        context.to = route::mcp;
        context.path_token = token;
        return;
    }
    if (!served.admin) return;
    for (const auto root : admin_roots)
        if (under(path, root)) context.to = route::admin;
}

}  // namespace tollgate::server
