// Path → route. A table, not a pattern language.
#pragma once
#include "server/pipeline/context.hpp"

namespace tollgate::server {

// Which routes a listener serves: the admin API and the MCP endpoints may be bound to different
// addresses.
struct surface {
    bool mcp = true;
    bool admin = true;
};

// Fills to and path_token. What is served by nobody is route::none: a JSON 404.
void select_route(const surface& served, request_context& context);

// The address of the admin API that a path close to it means: "/integrated-account" for
// "/integrated-accounts/acct_1". Empty when none is close, or the listener does not serve the admin
// API.
std::string_view nearest_address(const surface& served, std::string_view path);

}  // namespace tollgate::server
