#include "base/masking.hpp"

#include "base/text.hpp"

namespace tollgate::base {

namespace {

constexpr std::size_t fewest_digits = 13;
constexpr std::size_t most_digits = 19;

bool in_number(char c) noexcept {
    return is_digit(c) || c == ' ' || c == '-';
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

// True if a card number begins at one of the digit groups of this run.
bool holds_card(std::string_view run) noexcept {
    for (std::size_t at = 0; at + fewest_digits <= run.size(); ++at)
        if (is_digit(run[at]) && (at == 0 || !is_digit(run[at - 1])) &&
            card_number_at(run.substr(at)) > 0)
            return true;
    return false;
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
        if (!in_number(text[at])) {
            at += fewest_digits;
            continue;
        }
        std::size_t begin = at;
        while (begin > 0 && in_number(text[begin - 1])) --begin;
        std::size_t end = at + 1;
        while (end < text.size() && in_number(text[end])) ++end;
        if (holds_card(text.substr(begin, end - begin))) return true;
        at = end + fewest_digits;
    }
    return false;
}

}  // namespace tollgate::base
