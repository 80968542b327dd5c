#include "base/masking.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tollgate::base {

namespace {

constexpr std::size_t fewest_digits = 13;
constexpr std::size_t most_digits = 19;

// The bytes that a card number is written with.
constexpr std::array<bool, 256> of_numbers = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    table[' '] = table['-'] = true;
    return table;
}();

// True if `at` may lie within a card number: a digit, or a space or dash between two digits.
bool in_number(std::string_view text, std::size_t at) noexcept {
    if (is_digit(text[at])) return true;
    return (text[at] == ' ' || text[at] == '-') && at > 0 && is_digit(text[at - 1]) &&
           at + 1 < text.size() && is_digit(text[at + 1]);
}

bool passes_luhn(std::string_view digits) noexcept {
    unsigned sum = 0;
    bool twice = false;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
        unsigned value = static_cast<unsigned>(*it - '0');
        if (twice) {
            value *= 2;
            if (value > 9) value -= 9;
        }
        sum += value;
    }
    return sum % 10 == 0;
}

// True if a card number begins at one of the digit groups between `begin` and `end`. Digits inside
// a word belong to an id.
bool holds_card(std::string_view text, std::size_t begin, std::size_t end) noexcept {
    for (std::size_t at = begin; at + fewest_digits <= end; ++at)
        if (is_digit(text[at]) && (at == 0 || !is_word_character(text[at - 1])) &&
            card_number_at(text.substr(at, end - at)) > 0)
            return true;
    return false;
}

// True if the digits from `begin` may follow a JSON escape, whose letters and digits would
// otherwise look like part of a word: "\n4242…", "\u00e94242…".
bool may_follow_escape(std::string_view text, std::size_t begin) noexcept {
    constexpr std::size_t longest = 6;
    const std::size_t from = begin - std::min(begin, longest);
    return text.substr(from, begin - from).find('\\') != std::string_view::npos;
}

}  // namespace

std::size_t card_number_at(std::string_view text) noexcept {
    std::array<char, most_digits + 1> digits{};
    std::size_t count = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size() && count <= most_digits; ++i) {
        if (is_digit(text[i])) {
            digits[count++] = text[i];
            const bool group_ends = i + 1 == text.size() || !is_digit(text[i + 1]);
            const bool plausible = count >= fewest_digits && count <= most_digits;
            if (group_ends && plausible && passes_luhn({digits.data(), count})) length = i + 1;
        } else if ((text[i] != ' ' && text[i] != '-') || i == 0 || !is_digit(text[i - 1])) {
            break;
        }
    }
    return length;
}

bool may_hold_card_number(std::string_view text) noexcept {
    // A card number is a run of at least 13 such bytes, so checking every 13th byte finds it.
    for (std::size_t at = fewest_digits - 1; at < text.size();) {
        if (!of_numbers[static_cast<unsigned char>(text[at])] || !in_number(text, at)) {
            at += fewest_digits;
            continue;
        }
        std::size_t begin = at;
        while (begin > 0 && in_number(text, begin - 1)) --begin;
        std::size_t end = at + 1;
        while (end < text.size() && in_number(text, end)) ++end;
        const bool long_enough = end - begin >= fewest_digits;
        if (long_enough && (may_follow_escape(text, begin) || holds_card(text, begin, end)))
            return true;
        at = end + fewest_digits;
    }
    return false;
}

}  // namespace tollgate::base
