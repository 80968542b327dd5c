#include "tenancy/serving_rules.hpp"

#include <array>
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

std::string_view legal_redaction_words() {
    return "email, phone, address, last4, bank";
}

std::optional<redaction> parse_redaction(std::string_view word) {
    for (const auto& [known, value] : redaction_words)
        if (known == word) return value;
    return {};
}

}  // namespace tollgate::tenancy
