// How far an authorization reaches.
#pragma once
#include <string_view>

namespace tollgate::tenancy::oauth {

constexpr std::string_view full_scope = "mcp";       // all tools that the MCP server shows
constexpr std::string_view read_scope = "mcp:read";  // of those, only the tools that read

}  // namespace tollgate::tenancy::oauth
