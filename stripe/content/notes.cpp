#include "stripe/content/notes.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "base/embedded.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/tools/exposure.hpp"

namespace tollgate::stripe {

namespace notes_text {
std::span<const base::embedded_file> embedded_files();  // notes/*.md
}

namespace {

std::string currencies_with(unsigned decimals) {
    std::string out;
    for (const auto code : currencies()) {
        if (currency_decimals(code) != decimals) continue;
        if (!out.empty()) out += ", ";
        for (const char c : code) out += static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

bool is_search(const operation& one) {
    return one.exposed() && one.response() == response_kind::search &&
           !one.response_objects().empty();
}

// "| charge | `amount`, `created` |" for each object that has a search.
std::string search_fields_table() {
    std::string out = "| object | fields |\n|---|---|\n";
    for (const auto& one : operations()) {
        if (!is_search(one)) continue;
        const auto object = one.response_objects().front();
        out += "| ";
        out += object;
        std::string_view between = " | `";
        for (const auto& field : search_fields(object)) {
            out += between;
            out += field.name;
            out += field.substring ? "` ~" : "`";
            between = ", `";
        }
        out += " |\n";
    }
    out.pop_back();
    return out;
}

void fill(std::string& text, std::string_view place, const std::string& with) {
    if (const auto at = text.find(place); at != std::string::npos)
        text.replace(at, place.size(), with);
}

std::string text_of(std::string_view file) {
    for (const auto& one : notes_text::embedded_files()) {
        if (one.name != file) continue;
        std::string out{one.text};
        fill(out, "{{zero_decimal}}", currencies_with(0));
        fill(out, "{{three_decimal}}", currencies_with(3));
        fill(out, "{{search_fields}}", search_fields_table());
        return out;
    }
    throw std::logic_error("a note's text is missing: " + std::string(file));
}

}  // namespace

std::span<const note> notes() {
    static const std::array<note, 3> all{{
        {"stripe-notes://money", "money", "Amounts of money",
         "Smallest units, currencies without decimals and with three, what is refused.",
         text_of("money.md")},
        {"stripe-notes://search", "search", "Searching",
         "The two ways to search, the query language, and the fields of each object.",
         text_of("search.md")},
        {"stripe-notes://testing", "testing", "Testing",
         "Test cards and what each of them does. Test accounts only.", text_of("testing.md")},
    }};
    return all;
}

bool shows_note(const tenancy::grant& grant, const note& one) {
    if (one.name == "testing") return grant.account->mode == tenancy::account_mode::test;
    if (one.name != "search") return true;
    return std::ranges::any_of(operations(), [rule = visible_to(grant)](const operation& each) {
        return is_search(each) && rule(each);
    });
}

const note* find_note(const tenancy::grant& grant, std::string_view uri) {
    const auto all = notes();
    const auto found = std::ranges::find(all, uri, &note::uri);
    return found != all.end() && shows_note(grant, *found) ? &*found : nullptr;
}

}  // namespace tollgate::stripe
