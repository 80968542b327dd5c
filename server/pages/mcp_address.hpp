// What a person sees who opens the address of an MCP server in a browser.
#pragma once
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// True for what a browser sends when somebody opens an address: GET, and HTML is welcome. No MCP
// client asks for HTML.
bool asks_for_page(const base::http_request& request);

// Says what the address is and where to paste it. `path_token` is what follows /mcp/ in it: a
// token, the id of an MCP server that takes OAuth clients, or nothing. Nothing is looked up, so the
// page is the same for a right token and a wrong one, and the token is not in it. Status and
// Allow are those of `refusal`, what a program is told.
base::http_response mcp_address_page(const base::http_response& refusal,
                                     std::string_view path_token);

}  // namespace tollgate::server
