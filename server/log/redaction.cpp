#include "server/log/redaction.hpp"

#include <array>

namespace tollgate::server {

namespace {

constexpr std::string_view mask = "***";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
// Characters of RFC 6750's b64token.
bool is_bearer(char c) {
    return is_word(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

constexpr std::array<std::string_view, 12> secret_prefixes{
    "tgm_",     "tgk_",     "sk_test_", "sk_live_", "rk_test_", "rk_live_",
    "pk_test_", "pk_live_", "sk_org_",  "whsec_",   "ek_test_", "ek_live_"};

template <typename Predicate>
std::size_t run_length(std::string_view text, Predicate in) {
    std::size_t length = 0;
    while (length < text.size() && in(text[length])) ++length;
    return length;
}

// The length of a secret at the start of `text`, and in `keep` how much of it may be shown; 0 when
// there is none.
std::size_t secret_at(std::string_view text, std::size_t& keep) {
    for (const auto prefix : secret_prefixes) {
        if (!text.starts_with(prefix)) continue;
        const auto length = prefix.size() + run_length(text.substr(prefix.size()), is_word);
        keep = prefix.size();
        return length > prefix.size() ? length : 0;
    }
    constexpr std::string_view bearer = "earer ";
    if ((text.starts_with('B') || text.starts_with('b')) && text.substr(1).starts_with(bearer)) {
        keep = 1 + bearer.size();
        const auto value = run_length(text.substr(keep), is_bearer);
        return value > 0 ? keep + value : 0;
    }
    return 0;
}

// pi_3N…_secret_abc, seti_…_secret_…, cs_…_secret_…: masked from "_secret_" on.
std::size_t client_secret_at(std::string_view text) {
    constexpr std::string_view marker = "_secret_";
    if (!text.starts_with(marker)) return 0;
    const auto value = run_length(text.substr(marker.size()), is_word);
    return value > 0 ? marker.size() + value : 0;
}

bool passes_luhn(std::string_view digits) {
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

// The length of a card number at the start of `text`, or 0: 13–19 digits that pass the Luhn check,
// single blanks or dashes between them. What follows behind a blank or dash may be another number
// (an expiry date), so every end of a group is tried and the longest card counts.
std::size_t card_at(std::string_view text) {
    constexpr std::size_t fewest = 13;
    constexpr std::size_t most = 19;
    std::string digits;
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size() && digits.size() <= most; ++i) {
        if (is_digit(text[i])) {
            digits.push_back(text[i]);
            const bool group_ends = i + 1 == text.size() || !is_digit(text[i + 1]);
            const bool plausible = digits.size() >= fewest && digits.size() <= most;
            if (group_ends && plausible && passes_luhn(digits)) length = i + 1;
        } else if ((text[i] != ' ' && text[i] != '-') || i == 0 || !is_digit(text[i - 1])) {
            break;
        }
    }
    return length;
}

}  // namespace

std::string redact(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    std::size_t at = 0;
    while (at < line.size()) {
        const std::string_view rest = line.substr(at);
        std::size_t keep = 0;
        std::size_t length = 0;
        const bool word_start = at == 0 || !is_word(line[at - 1]);
        const char c = rest[0];
        if (c == 't' || c == 's' || c == 'r' || c == 'p' || c == 'w' || c == 'e' || c == 'B' ||
            c == 'b')
            length = secret_at(rest, keep);
        else if (c == '_')
            length = client_secret_at(rest);
        else if (word_start && is_digit(c))
            length = card_at(rest);
        if (length == 0) {
            // A number is passed whole, so that its tail is not taken for one.
            const std::size_t step = word_start && is_digit(c) ? run_length(rest, is_digit) : 1;
            out += rest.substr(0, step);
            at += step;
            continue;
        }
        out += rest.substr(0, c == '_' ? std::string_view("_secret_").size() : keep);
        out += mask;
        at += length;
    }
    return out;
}

}  // namespace tollgate::server
