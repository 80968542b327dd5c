#include "base/masking.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "base/text.hpp"

namespace masking_test {

using namespace tollgate::base;

namespace {

// What the quick look must never miss, found the slow way.
bool holds_card_number(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at)
        if (is_digit(text[at]) && (at == 0 || !is_word_character(text[at - 1])) &&
            card_number_at(text.substr(at)) > 0)
            return true;
    return false;
}

}  // namespace

TEST_CASE("masking: the quick look for card numbers agrees with a look at every byte",
          "[base][masking]") {
    std::mt19937 random{20261129};
    constexpr std::string_view alphabet = "00112233445566778899  --x";
    std::size_t found = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text(random() % 60, ' ');
        for (char& c : text) c = alphabet[random() % alphabet.size()];
        const bool holds = holds_card_number(text);
        found += holds ? 1 : 0;
        if (may_hold_card_number(text) != holds) FAIL("differs for '" + text + "'");
    }
    CHECK(found > 1'000);
}

// The quick look takes each byte from a table; here each byte stands at each place in and around
// card numbers, and in front of places the quick look steps to.
TEST_CASE("masking: the quick look agrees with a look at every byte, whatever the bytes",
          "[base][masking]") {
    std::size_t found = 0;
    const auto check_look = [&](const std::string& text) {
        const bool holds = holds_card_number(text);
        found += holds ? 1 : 0;
        // Behind a backslash, digits may be a card number.
        const bool escaped = text.find('\\') != std::string::npos;
        const bool agrees = may_hold_card_number(text) == holds;
        if (!agrees && (holds || !escaped)) FAIL("differs for '" + text + "'");
    };
    for (const std::string card : {"4242424242424242", "3782-822463-10005", "4222 222 222222"})
        for (std::size_t before = 0; before < 30; ++before) {
            std::string text = std::string(before, '.') + card + "..";
            for (std::size_t at = 0; at < text.size(); ++at) {
                const char was = text[at];
                for (int byte = 0; byte < 256; ++byte) {
                    text[at] = static_cast<char>(byte);
                    check_look(text);
                }
                text[at] = was;
            }
        }
    CHECK(found > 100'000);
    std::minstd_rand draw{37};
    for (std::size_t size = 0; size <= 200; ++size)
        for (int round = 0; round < 20; ++round) {
            std::string text(size, ' ');
            for (char& c : text)
                c = draw() % 20 == 0 ? static_cast<char>(draw() >> 8U)
                                     : "0123456789 -"[draw() % 12];
            check_look(text);
        }
}

TEST_CASE("masking: a card number is found at every place among white space", "[base][masking]") {
    for (const std::string card : {"4242424242424242", "4242 4242 4242 4242", "3782-822463-10005"})
        for (std::size_t before = 0; before < 40; ++before)
            for (const char around : {' ', '-', '.'}) {
                const std::string text =
                    std::string(before, around) + card + std::string(20, around);
                CHECK(may_hold_card_number(text));
            }
    CHECK_FALSE(may_hold_card_number(std::string(1'000, ' ')));
    CHECK_FALSE(may_hold_card_number("4242--4242--4242--4242"));
}

TEST_CASE(
    "masking: a card number right behind an escape of JSON may be one, digits of an id are none",
    "[base][masking]") {
    CHECK(may_hold_card_number(R"({"description":"card\n4242424242424242"})"));
    CHECK(may_hold_card_number(R"({"description":"caf\u00e94242 4242 4242 4242"})"));
    CHECK(may_hold_card_number(R"({"description":"4242424242424242\n"})"));
    CHECK_FALSE(may_hold_card_number(R"({"customer":"cus_4242424242424242"})"));
}

}  // namespace masking_test
