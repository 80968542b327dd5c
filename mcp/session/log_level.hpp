// The severity of log messages for a client (MCP 2025-11-25 server/utilities/logging; RFC 5424
// §6.2.1).
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::mcp {

// In order of severity.
enum class log_level : std::uint8_t {
    debug,
    info,
    notice,
    warning,
    error,
    critical,
    alert,
    emergency,
};

constexpr std::array<std::string_view, 8> log_level_names{
    "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};

constexpr std::string_view name_of(log_level level) {
    return log_level_names[static_cast<std::size_t>(level)];
}

constexpr std::optional<log_level> log_level_named(std::string_view name) {
    const auto* const at = std::find(log_level_names.begin(), log_level_names.end(), name);
    if (at == log_level_names.end()) return {};
    return static_cast<log_level>(at - log_level_names.begin());
}

}  // namespace tollgate::mcp
