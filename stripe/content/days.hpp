// Days in UTC in ISO 8601 form: "2026-01-31".
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::stripe {

// Nothing for any other text, and for days that do not exist.
inline std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
    if (text.size() != 10) return {};
    const auto at = base::parse_timestamp(std::string(text) + "T00:00:00Z");
    if (!at) return {};
    return std::chrono::floor<std::chrono::days>(*at);
}

inline std::string format_day(std::chrono::sys_days day) {
    return base::format_timestamp(base::timestamp{day}).substr(0, 10);
}

inline std::chrono::sys_days day_of(base::timestamp at) {
    return std::chrono::floor<std::chrono::days>(at);
}

inline std::int64_t unix_seconds(std::chrono::sys_days day) {
    return std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
}

}  // namespace tollgate::stripe
