// The routes of the gateway by name.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::server {

// The destination of a request. Logs and metrics use `name` as a label, never the path, which may
// contain a token.
enum class route : std::uint8_t { none, health, ready, metrics, mcp, admin, oauth, console };
constexpr std::size_t route_count = 8;
std::string_view route_name(route value);

}  // namespace tollgate::server
