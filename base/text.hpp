// ASCII text: letter case, words, and how much of a text may be quoted. Independent of the locale.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::base {

// The most bytes of a caller's text that are quoted in an error message.
constexpr std::size_t quoted_bytes_max = 80;

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string to_lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) c = to_lower(c);
    return out;
}

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter_or_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A letter, a digit or '_': the characters of names and keys.
constexpr bool is_word_character(char c) noexcept {
    return is_letter_or_digit(c) || c == '_';
}

}  // namespace tollgate::base
