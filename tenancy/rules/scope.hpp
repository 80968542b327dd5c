// How far an authorization reaches.
#pragma once
#include <string_view>

namespace tollgate::tenancy::oauth {

constexpr std::string_view full_scope = "mcp";       // every tool the MCP server shows
constexpr std::string_view read_scope = "mcp:read";  // of these, the ones that only read

}  // namespace tollgate::tenancy::oauth
