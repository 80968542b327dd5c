#include "tenancy/policy/scalar_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tollgate::tenancy {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr auto largest = std::numeric_limits<std::int64_t>::max();
constexpr auto smallest = std::numeric_limits<std::int64_t>::min();

std::int64_t bounded(double value) {
    constexpr double limit = 9.2e18;
    if (value >= limit) return largest;
    if (value <= -limit) return smallest;
    return static_cast<std::int64_t>(value);
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "-12.50": exact for whole parts of up to 18 digits.
std::optional<std::int64_t> whole_of(std::string_view text, bool up) {
    const bool negative = text.starts_with('-');
    std::string_view left = text.substr(negative ? 1 : 0);
    const auto point = left.find('.');
    const std::string_view whole = left.substr(0, point);
    const std::string_view rest =
        point == std::string_view::npos ? std::string_view{} : left.substr(point + 1);
    if (whole.empty() || !all_digits(whole) || !all_digits(rest)) return {};
    std::int64_t out = 0;
    const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), out);
    if (read.ec == std::errc::result_out_of_range) return negative ? smallest : largest;
    const bool broken = rest.find_first_not_of('0') != std::string_view::npos;
    if (negative) return -out - (broken && !up ? 1 : 0);
    return out + (broken && up && out < largest ? 1 : 0);
}

std::optional<std::int64_t> rounded(const element& value, bool up) {
    switch (value.type()) {
        case element_type::INT64:
            return value.get_int64().value_unsafe();
        case element_type::UINT64:
            return largest;  // the parser takes what fits 64 bits with a sign as INT64
        case element_type::DOUBLE: {
            const double number = value.get_double().value_unsafe();
            return bounded(up ? std::ceil(number) : std::floor(number));
        }
        case element_type::STRING:
            return whole_of(value.get_string().value_unsafe(), up);
        default:
            return {};
    }
}

template <typename Number>
std::string_view printed(Number number, number_room& room) {
    const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    return {room.data(), end};
}

}  // namespace

std::optional<std::string_view> text_in(const element& value, number_room& room) {
    switch (value.type()) {
        case element_type::STRING:
            return value.get_string().value_unsafe();
        case element_type::BOOL:
            return value.get_bool().value_unsafe() ? "true" : "false";
        case element_type::INT64:
            return printed(value.get_int64().value_unsafe(), room);
        case element_type::UINT64:
            return printed(value.get_uint64().value_unsafe(), room);
        case element_type::DOUBLE: {
            // As the request has it: a whole number has no point.
            const double number = value.get_double().value_unsafe();
            constexpr double exact_max = 9007199254740992.0;  // 2^53
            if (std::abs(number) <= exact_max && std::trunc(number) == number)
                return printed(static_cast<std::int64_t>(number), room);
            return printed(number, room);
        }
        default:
            return {};
    }
}

std::optional<std::string> text_of(const element& value) {
    number_room room;
    const auto text = text_in(value, room);
    if (!text) return {};
    return std::string(*text);
}

std::optional<std::int64_t> rounded_up(const element& value) {
    return rounded(value, true);
}

std::optional<std::int64_t> rounded_down(const element& value) {
    return rounded(value, false);
}

std::int64_t characters(std::string_view text) noexcept {
    return std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
}

}  // namespace tollgate::tenancy
