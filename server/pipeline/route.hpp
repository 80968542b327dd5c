// The routes of the gateway, as words.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::server {

// Where a request goes. `name` is the label of logs and metrics: never a path, which may hold a
// token.
enum class route : std::uint8_t { none, health, ready, metrics, mcp, admin, oauth };
constexpr std::size_t route_count = 7;
std::string_view route_name(route value);

}  // namespace tollgate::server
