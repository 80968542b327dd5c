// A JSON value of an argument as rules compare it.
#pragma once
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// The value as text: a string unchanged, a number or boolean as it is sent. Nothing for an object
// or a list.
std::optional<std::string> text_of(const simdjson::dom::element& value);

// The same without a copy of a string: a number is written to `room`.
using number_room = std::array<char, 32>;
std::optional<std::string_view> text_in(const simdjson::dom::element& value, number_room& room);

// The smallest whole number that is not less than the value, and the largest that is not more: of
// "12.5", 13 and 12. Accepts numbers, and strings that are decimal numbers; a number too large for
// 64 bits becomes the largest one. Nothing for anything else.
std::optional<std::int64_t> rounded_up(const simdjson::dom::element& value);
std::optional<std::int64_t> rounded_down(const simdjson::dom::element& value);

// The number of Unicode characters in UTF-8.
std::int64_t characters(std::string_view text) noexcept;

}  // namespace tollgate::tenancy
