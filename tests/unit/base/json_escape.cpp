// Every form of the escape that this processor can run, not only the one it would choose.
#include "base/json_escape.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace json_escape_test {

using namespace tollgate::base;

namespace {

// As JSON prescribes it, byte by byte.
std::string escaped_plainly(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::string_view short_bytes = "\"\\\b\f\n\r\t";
    constexpr std::string_view short_letters = "\"\\bfnrt";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const auto at = short_bytes.find(c);
        if (at != std::string_view::npos) {
            out += '\\';
            out += short_letters[at];
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte / 16];
            out += digits[byte % 16];
        } else {
            out += c;
        }
    }
    return out;
}

// Escapes in a buffer of just the promised size, from a copy that ends where the text ends, so that
// the address sanitizer sees what is read or written beyond; without it, the bytes behind tell.
std::string escaped_by(const escape_form& form, std::string_view text) {
    constexpr std::size_t behind = 64;
    constexpr char untouched = '\x5A';
    const std::vector<char> from(text.begin(), text.end());
    const std::size_t room = text.size() * longest_escape + 16;
    std::vector<char> to(room + behind, untouched);
    const char* const end = form.run(from.data(), from.size(), to.data());
    const auto size = static_cast<std::size_t>(end - to.data());
    const auto beyond = to.begin() + static_cast<std::ptrdiff_t>(room);
    if (size > room || std::any_of(beyond, to.end(), [](char c) { return c != untouched; }))
        FAIL("the form " << form.name << " writes beyond its room for " << text.size() << " bytes");
    return {to.data(), size};
}

void check_forms(std::string_view text) {
    const std::string expected = escaped_plainly(text);
    for (const auto& form : escape_forms())
        if (form.can_run && escaped_by(form, text) != expected)
            FAIL("the form " << form.name << " differs for a text of " << text.size()
                             << " bytes, escaped: " << expected);
}

}  // namespace

TEST_CASE("json_escape: the last form runs on every processor", "[base][json_escape]") {
    REQUIRE_FALSE(escape_forms().empty());
    CHECK(escape_forms().back().can_run);
}

TEST_CASE("json_escape: every form escapes each byte at each place alike", "[base][json_escape]") {
    for (std::size_t size = 0; size <= 70; ++size) {
        std::string text(size, 'v');
        check_forms(text);
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; byte += byte < 0x30 || byte > 0x7A ? 1 : 11) {
                text[at] = static_cast<char>(byte);
                check_forms(text);
            }
            text[at] = 'v';
        }
    }
}

TEST_CASE("json_escape: every form escapes texts of up to 200 bytes alike", "[base][json_escape]") {
    for (std::size_t size = 71; size <= 200; ++size) {
        std::string text(size, '\xC3');
        for (std::size_t at = 0; at < size; ++at) {
            for (const char special : {'"', '\\', '\n', '\x1F', '\x20', '\x7F', '\x80'}) {
                text[at] = special;
                check_forms(text);
            }
            text[at] = '\xC3';
        }
    }
}

TEST_CASE("json_escape: every form escapes random texts alike", "[base][json_escape]") {
    constexpr std::string_view likely = "aZ09 {}:,\"\"\\\\\xC3\xA9\x7F";
    std::minstd_rand draw{29};
    for (std::size_t size = 0; size <= 200; ++size)
        for (std::size_t round = 0; round < 30; ++round) {
            std::string text(size, ' ');
            // Any bytes; what JSON holds mostly; the same with few control characters.
            for (char& c : text) {
                const bool any = round % 3 == 0 || (round % 3 == 1 && draw() % 40 == 0);
                c = any ? static_cast<char>(draw() >> 8U) : likely[draw() % likely.size()];
            }
            check_forms(text);
        }
}

}  // namespace json_escape_test
