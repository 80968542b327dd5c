// What is worth knowing about Stripe whatever the account: short texts in Markdown, offered as
// resources.
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
    std::string text;  // Markdown; currencies and search fields are those of the catalogue
};

// All of them, in the order they are listed; made once, any thread.
std::span<const note> notes();

// `testing` is for test accounts only, `search` for servers that show a search.
bool shows_note(const tenancy::grant& grant, const note& one);

// The note of that URI when `grant` shows it, or null.
const note* find_note(const tenancy::grant& grant, std::string_view uri);

}  // namespace tollgate::stripe
