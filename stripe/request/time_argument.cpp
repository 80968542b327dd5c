#include "stripe/request/time_argument.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/clock.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t date_size = 10;     // 2026-11-15
constexpr std::size_t minutes_size = 16;  // 2026-11-15T10:00
constexpr std::size_t seconds_size = 19;  // 2026-11-15T10:00:00

std::string with_offset(std::string_view text) {
    std::string out{text};
    if (out.size() == date_size) return out + "T00:00:00Z";
    if (out.size() > date_size && out[date_size] == ' ') out[date_size] = 'T';
    if (out.size() == minutes_size) return out + ":00Z";
    if (out.size() == seconds_size) return out + 'Z';
    return out;
}

}  // namespace

std::optional<std::string_view> time_text(const simdjson::dom::element& value, number_text& room) {
    if (const auto number = integer_text(value, room)) return number;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.size() < date_size) return {};
    const auto at = base::parse_timestamp(with_offset(text));
    if (!at) return {};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at->time_since_epoch()).count();
    const auto done = std::to_chars(room.data(), room.data() + room.size(), seconds);
    return std::string_view{room.data(), done.ptr};
}

std::optional<std::string> date_in_digits(std::string_view digits) {
    const bool all = digits.size() == 8 &&
                     std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!all || (!digits.starts_with("19") && !digits.starts_with("20"))) return {};
    std::string out{digits.substr(0, 4)};
    out.append("-").append(digits.substr(4, 2)).append("-").append(digits.substr(6));
    if (!base::parse_timestamp(out + "T00:00:00Z")) return {};
    return out;
}

}  // namespace tollgate::stripe
