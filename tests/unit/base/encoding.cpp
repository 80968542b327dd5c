#include "base/encoding.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"

namespace encoding_test {

using namespace tollgate::base;

TEST_CASE("base encoding: percent-encoding there and back", "[base][encoding]") {
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
    std::string encoded = "at=";
    append_percent_encoded(encoded, every);
    CHECK(encoded.starts_with("at=%00%01"));
    CHECK(encoded.find("%2D") == std::string::npos);
    CHECK(encoded.find("%2F") != std::string::npos);
    CHECK(percent_decoded(encoded.substr(3), plus_sign::itself) == every);
    CHECK(percent_decoded("a+b%2bc", plus_sign::blank) == "a b+c");
    CHECK(percent_decoded("a+b%2Bc", plus_sign::itself) == "a+b+c");
    CHECK(percent_decoded("", plus_sign::itself) == "");
}

TEST_CASE("base encoding: what is no escape is refused", "[base][encoding]") {
    for (const char* bad : {"%", "a%", "%4", "%4g", "%%41", "% 1", "100%"})
        CHECK_FALSE(percent_decoded(bad, plus_sign::blank));
}

TEST_CASE("base encoding: base64url has one alphabet and no padding", "[base][encoding]") {
    const std::string bytes = "\xff\xfe\xfd\xfc?>";
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const auto text = base64url(bytes.substr(0, size));
        CHECK(text.find_first_of("+/=") == std::string::npos);
        CHECK(from_base64url(text) == bytes.substr(0, size));
    }
    CHECK(base64url("\xff\xfe\xfd") == "__79");
    for (const char* bad : {"__7+", "__7/", "__8=", "a", "_ 79", "__9", "_x"})
        CHECK_FALSE(from_base64url(bad));
}

TEST_CASE("base text: ASCII alone has case", "[base][text]") {
    CHECK(to_lower("AZaz09_\xC3\x84") == "azaz09_\xC3\x84");
    CHECK(is_word_character('_'));
    CHECK_FALSE(is_word_character('-'));
    CHECK_FALSE(is_letter_or_digit('_'));
    CHECK_FALSE(is_digit('/'));
}

}  // namespace encoding_test
