// Every form of the search that this processor can run, not only the one it would choose.
#include "stripe/answer/secret_marks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

namespace secret_marks_test {

using namespace tollgate::stripe;

namespace {

constexpr std::array<std::string_view, 16> known_marks{
    "k_te", "k_li", "k_or", "whs",  "secr", "cry",  "g.c",  "h_co",
    "h_to", "tgm_", "tgs_", "tgk_", "tgr_", "tga_", "tgp_", "tgi_"};

bool holds_mark(std::string_view text) {
    return std::ranges::any_of(known_marks,
                               [&](std::string_view mark) { return text.find(mark) != text.npos; });
}

// The text is searched in a copy that ends where the text ends, so that the address sanitizer sees
// what is read beyond.
void check_searches(std::string_view text, bool expected) {
    const std::vector<char> copy(text.begin(), text.end());
    for (const auto& form : mark_searches())
        if (form.can_run && form.run({copy.data(), copy.size()}) != expected)
            FAIL("the form " << form.name << " differs for '" << std::string{text} << "'");
}

}  // namespace

TEST_CASE("secret marks: the last form runs on every processor", "[shape]") {
    REQUIRE_FALSE(mark_searches().empty());
    CHECK(mark_searches().back().can_run);
}

TEST_CASE("secret marks: every form finds each mark at each place", "[shape]") {
    for (std::size_t size = 0; size <= 200; ++size)
        for (const char around : {'x', '\x00', '_', 'k', '\xC3', '\xFF'}) {
            const std::string plain(size, around);
            check_searches(plain, false);
            for (const auto mark : known_marks)
                for (std::size_t at = 0; at + mark.size() <= size; ++at) {
                    std::string text = plain;
                    text.replace(at, mark.size(), mark);
                    check_searches(text, true);
                }
        }
}

TEST_CASE("secret marks: no form takes a part of a mark for the mark", "[shape]") {
    for (const auto mark : known_marks)
        for (std::size_t place = 0; place < mark.size(); ++place)
            for (std::size_t before = 0; before < 72; ++before) {
                std::string text = std::string(before, '.') + std::string{mark};
                // Cut off at the end of the text, and with the highest bit of one byte set.
                const std::string cut = text.substr(0, before + place);
                check_searches(cut, holds_mark(cut));
                text[before + place] = static_cast<char>(text[before + place] | '\x80');
                check_searches(text, holds_mark(text));
                check_searches(text + std::string(40, '.'), holds_mark(text));
            }
}

TEST_CASE("secret marks: every form agrees on random texts", "[shape]") {
    constexpr std::string_view likely = "k_teliorwhsecryg.cmpa\xC3";
    std::minstd_rand draw{31};
    std::size_t found = 0;
    std::size_t rounds = 0;
    for (std::size_t size = 0; size <= 200; ++size)
        for (int round = 0; round < 60; ++round, ++rounds) {
            std::string text(size, ' ');
            for (char& c : text)
                c = round % 4 == 0 ? static_cast<char>(draw() >> 8U)
                                   : likely[draw() % likely.size()];
            const bool holds = holds_mark(text);
            found += holds ? 1 : 0;
            check_searches(text, holds);
        }
    CHECK(found > rounds / 20);
    CHECK(found < rounds / 2);
}

}  // namespace secret_marks_test
