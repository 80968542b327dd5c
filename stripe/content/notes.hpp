// General knowledge about Stripe, for any account: short Markdown texts, offered as resources.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

struct note {
    std::string_view uri;  // "stripe-notes://money"
    std::string_view name;
    std::string_view title;
    std::string_view description;
    std::string text;  // Markdown; currencies and search fields come from the catalogue
};

// All notes, in the order in which they are listed; created once, any thread.
std::span<const note> notes();

// `testing` is shown for test accounts only, `search` only by servers with a search tool.
bool shows_note(const tenancy::grant& grant, const note& one);

// The note with that URI if `grant` shows it, or null.
const note* find_note(const tenancy::grant& grant, std::string_view uri);

}  // namespace tollgate::stripe
