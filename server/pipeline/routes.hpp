// Maps paths to routes with a table; there is no pattern language.
#pragma once
#include "server/pipeline/context.hpp"

namespace tollgate::server {

// The routes of a listener: the admin API and the MCP endpoints may have different addresses.
struct surface {
    bool mcp = true;
    bool admin = true;
};

// Fills to and path_token. A path that is not served becomes route::none, which answers a JSON 404.
void select_route(const surface& served, request_context& context);

// The admin API address that the path probably should have been: "/integrated-account" for
// "/integrated-accounts/acct_1". Empty if none is similar, or if the listener does not serve the
// admin API.
std::string_view nearest_address(const surface& served, std::string_view path);

}  // namespace tollgate::server
