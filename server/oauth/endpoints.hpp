// The paths of an MCP server's OAuth endpoints, which follow its id. They are defined only here.
#pragma once
#include <string_view>

namespace tollgate::oauth::endpoints {

inline constexpr std::string_view authorize = "/authorize";
inline constexpr std::string_view introspect = "/introspect";
inline constexpr std::string_view registration = "/register";
inline constexpr std::string_view revoke = "/revoke";
inline constexpr std::string_view token = "/token";

}  // namespace tollgate::oauth::endpoints
