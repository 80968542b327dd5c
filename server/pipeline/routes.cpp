#include "server/pipeline/routes.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "server/admin/addresses.hpp"
#include "server/pipeline/addresses.hpp"

namespace tollgate::server {

namespace {

struct row {
    std::string_view path;
    route to;
    bool surface::* on;  // null: served on every listener
};

constexpr std::array<row, 4> exact{{
    {addresses::health, route::health, nullptr},
    {addresses::ready, route::ready, nullptr},
    {addresses::metrics, route::metrics, &surface::admin},
    {addresses::mcp, route::mcp, &surface::mcp},
}};

// The parameters that distinguish the admin API's GET /mcp, a search, from a client's GET /mcp,
// which listens.
constexpr std::array<std::string_view, 9> search_words{"token",     "prefix",     "name",
                                                       "holder",    "created_by", "expires_before",
                                                       "exception", "limit",      "cursor"};

// Addresses that OAuth clients request.
bool of_oauth(std::string_view path) {
    return path.starts_with(addresses::oauth) || path.starts_with(addresses::well_known) ||
           (path.starts_with(addresses::below_mcp) && path.ends_with(addresses::openid_document));
}

// `rest` follows /mcp/: a token, a token and an endpoint of HTTP+SSE or, with the token in a
// header, only that endpoint.
void select_door(std::string_view rest, request_context& context) {
    const auto slash = rest.find('/');
    const auto end = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    if (end == addresses::sse) context.door = mcp_transport::sse;
    if (end == addresses::messages) context.door = mcp_transport::messages;
    const bool alone = slash == std::string_view::npos;
    if (!alone && context.door == mcp_transport::streamable) return;
    context.to = route::mcp;
    if (!alone) context.path_token = rest.substr(0, slash);
    if (alone && context.door == mcp_transport::streamable) context.path_token = rest;
}

// True for a search for MCP servers. A listener without MCP has no other use for the path.
bool is_search(const surface& served, const base::http_request& request) {
    if (!served.admin || request.path != addresses::mcp) return false;
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
                                                              "mcp",  "admin",  "oauth", "console"};
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
    if (path == addresses::console || path.starts_with(addresses::below_console)) {
        if (served.admin) context.to = route::console;
        return;
    }
    if (admin::addresses::is_leaf(path)) {
        if (served.admin) context.to = route::admin;
        return;
    }
    if (served.mcp && of_oauth(path)) {
        context.to = route::oauth;
        return;
    }
    if (served.mcp && path.starts_with(addresses::below_mcp))
        return select_door(path.substr(addresses::below_mcp.size()), context);
    if (served.admin && admin::addresses::under_root(path)) context.to = route::admin;
}

std::string_view nearest_address(const surface& served, std::string_view path) {
    if (!served.admin || path.size() < 2) return {};
    return base::nearest_word(path.substr(0, path.find('/', 1)), admin::addresses::roots);
}

}  // namespace tollgate::server
