#include "stripe/request/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tollgate::stripe {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

template <typename Number>
std::string_view print(Number number, number_text& room) {
    const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    return {room.data(), static_cast<std::size_t>(end - room.data())};
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

// Accepts only the form that we write ourselves: no plus sign, no leading zeros, no spaces.
bool is_integer(std::string_view text) {
    constexpr std::size_t digits_max = 18;
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.size() > digits_max || !all_digits(text)) return false;
    return text == "0" || text.front() != '0';
}

bool is_decimal(std::string_view text) {
    constexpr std::size_t length_max = 64;
    if (text.size() > length_max) return false;
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto point = text.find('.');
    if (point == std::string_view::npos) return all_digits(text);
    return all_digits(text.substr(0, point)) && all_digits(text.substr(point + 1));
}

std::string_view string_of(const element& value) {
    return value.get_string().value_unsafe();
}

}  // namespace

std::optional<std::string_view> integer_text(const element& value, number_text& room) {
    constexpr double exact_max = 9007199254740992.0;  // 2^53
    switch (value.type()) {
        case element_type::INT64:
            return print(value.get_int64().value_unsafe(), room);
        case element_type::UINT64:
            return print(value.get_uint64().value_unsafe(), room);
        case element_type::DOUBLE: {
            const double number = value.get_double().value_unsafe();
            if (std::abs(number) > exact_max || std::trunc(number) != number) return {};
            return print(static_cast<std::int64_t>(number), room);
        }
        case element_type::STRING:
            if (is_integer(string_of(value))) return string_of(value);
            return {};
        default:
            return {};
    }
}

std::optional<std::string_view> decimal_text(const element& value, number_text& room) {
    if (value.type() == element_type::DOUBLE) {
        const auto end = std::to_chars(room.data(), room.data() + room.size(),
                                       value.get_double().value_unsafe(), std::chars_format::fixed);
        if (end.ec != std::errc{}) return {};
        return std::string_view(room.data(), static_cast<std::size_t>(end.ptr - room.data()));
    }
    if (value.type() == element_type::STRING && is_decimal(string_of(value)))
        return string_of(value);
    if (value.type() == element_type::STRING) return {};
    return integer_text(value, room);
}

std::optional<std::string_view> boolean_text(const element& value) {
    if (value.type() == element_type::BOOL)
        return value.get_bool().value_unsafe() ? "true" : "false";
    if (value.type() != element_type::STRING) return {};
    const auto text = string_of(value);
    if (text == "true" || text == "false") return text;
    return {};
}

std::size_t character_count(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace tollgate::stripe
