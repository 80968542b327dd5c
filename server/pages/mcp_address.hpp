// The page for a person who opens the address of an MCP server in a browser.
#pragma once
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// True for a browser that opens an address: a GET that accepts HTML. No MCP client accepts HTML.
bool asks_for_page(const base::http_request& request);

// Explains what the address is and where to paste it. `path_token` is the part after /mcp/: a
// token, the id of an MCP server that accepts OAuth clients, or empty. Nothing is looked up, so the
// page is the same for a valid and an invalid token; it does not contain the token. Status and
// Allow are those of `refusal`, the answer for programs.
base::http_response mcp_address_page(const base::http_response& refusal,
                                     std::string_view path_token);

}  // namespace tollgate::server
