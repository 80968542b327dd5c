// Converts one JSON scalar to its text for a request.
#pragma once
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tollgate::stripe {

// Room for the text of any number.
using number_text = std::array<char, 400>;

// An integer in decimal, from a JSON integer, a JSON number without a fraction (up to 2^53), or a
// string in exactly that form. Nullopt for anything else. The view is of `room` or of the value.
std::optional<std::string_view> integer_text(const simdjson::dom::element& value,
                                             number_text& room);

// A decimal number without an exponent, from any JSON number, or from a string in exactly that form
// (kept unchanged).
std::optional<std::string_view> decimal_text(const simdjson::dom::element& value,
                                             number_text& room);

// "true" or "false", from a JSON boolean or a string with exactly that text.
std::optional<std::string_view> boolean_text(const simdjson::dom::element& value);

// The number of characters (code points) of valid UTF-8.
std::size_t character_count(std::string_view text) noexcept;

}  // namespace tollgate::stripe
