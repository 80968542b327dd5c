// The addresses of the gateway that do not belong to the admin API alone.
#pragma once
#include "server/admin/addresses.hpp"

namespace tollgate::server::addresses {

using admin::addresses::at;

inline constexpr std::string_view health = "/healthz";
inline constexpr std::string_view ready = "/readyz";
inline constexpr std::string_view metrics = "/metrics";

// The console, and everything below it.
using tenancy::gateway_paths::console;
inline constexpr std::string_view below_console = at<console, admin::addresses::below>;

// The MCP endpoint, and the prefix of addresses with a token or an id.
using admin::addresses::below_mcp;
using admin::addresses::mcp;

// The two endpoints of HTTP+SSE: the last segment of an address below_mcp.
inline constexpr std::string_view sse = "sse";
inline constexpr std::string_view messages = "messages";

// The prefix of an MCP server's OAuth endpoints; its id follows.
inline constexpr std::string_view oauth = "/oauth/";

// Addresses that OAuth clients request; the last one also follows an MCP server's own address.
inline constexpr std::string_view well_known = "/.well-known/";
inline constexpr std::string_view resource_word = "oauth-protected-resource";
inline constexpr std::string_view server_word = "oauth-authorization-server";
inline constexpr std::string_view openid_word = "openid-configuration";
inline constexpr std::string_view openid_document = at<well_known, openid_word>;

}  // namespace tollgate::server::addresses
