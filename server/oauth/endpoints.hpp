// The OAuth endpoints of an MCP server, as they follow its id. They are written only here.
#pragma once
#include <string_view>

namespace tollgate::oauth::endpoints {

inline constexpr std::string_view authorize = "/authorize";
inline constexpr std::string_view introspect = "/introspect";
inline constexpr std::string_view registration = "/register";
inline constexpr std::string_view revoke = "/revoke";
inline constexpr std::string_view token = "/token";

}  // namespace tollgate::oauth::endpoints
