#include "tenancy/rules/serving_rules.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace tollgate::tenancy {

namespace {

constexpr std::array<std::pair<std::string_view, listing_mode>, 3> listing_words{
    {{"auto", listing_mode::automatic},
     {"full", listing_mode::full},
     {"search", listing_mode::search}}};

constexpr std::array<std::pair<std::string_view, redaction>, 5> redaction_words{
    {{"email", redaction::email},
     {"phone", redaction::phone},
     {"address", redaction::address},
     {"last4", redaction::last4},
     {"bank", redaction::bank}}};

constexpr std::array<std::pair<std::string_view, confirmation>, 3> confirmation_words{
    {{"none", confirmation::none},
     {"destructive", confirmation::destructive},
     {"write", confirmation::write}}};

// A whole number from 1 to `most`; nullopt for other texts.
std::optional<std::uint32_t> positive(std::string_view text, std::uint32_t most) {
    std::uint32_t out = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, out);
    if (done.ec != std::errc{} || done.ptr != end || out == 0 || out > most) return {};
    return out;
}

}  // namespace

std::string_view to_string(listing_mode mode) {
    for (const auto& [word, value] : listing_words)
        if (value == mode) return word;
    return {};
}

std::optional<listing_mode> parse_listing_mode(std::string_view word) {
    for (const auto& [known, value] : listing_words)
        if (known == word) return value;
    return {};
}

std::string_view legal_confirmation_words() {
    return "none, destructive, write";
}

std::optional<confirmation> parse_confirmation(std::string_view word) {
    for (const auto& [known, value] : confirmation_words)
        if (known == word) return value;
    return {};
}

std::string_view legal_redaction_words() {
    return "email, phone, address, last4, bank";
}

std::optional<redaction> parse_redaction(std::string_view word) {
    for (const auto& [known, value] : redaction_words)
        if (known == word) return value;
    return {};
}

std::optional<call_rate> parse_call_rate(std::string_view text) {
    if (text == "0") return call_rate{};
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || !text.ends_with('s')) return {};
    const auto calls = positive(text.substr(0, slash), rate_calls_max);
    text.remove_suffix(1);
    const auto seconds = positive(text.substr(slash + 1), rate_seconds_max);
    if (!calls || !seconds) return {};
    return call_rate{*calls, *seconds};
}

std::string to_string(const call_rate& rate) {
    if (rate.calls == 0) return "0";
    return std::to_string(rate.calls) + '/' + std::to_string(rate.seconds) + 's';
}

}  // namespace tollgate::tenancy
