#include "stripe/answer/tokens.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <string>

namespace tokens_test {

using namespace tollgate::stripe;

TEST_CASE("shape tokens: the estimate of a text is the sum of what is in it", "[shape]") {
    CHECK(estimate_tokens("") == 0);
    CHECK(estimate_tokens("a") == 1);
    // One run of marks, one word, one run of marks: the real tokenizers say 3 to 5.
    const auto small = estimate_tokens(R"({"amount":1234})");
    CHECK(small >= 5);
    CHECK(small <= 9);
    std::string many;
    for (int i = 0; i < 1000; ++i) many += R"({"amount":1234},)";
    const auto sum = estimate_tokens(many);
    CHECK(sum >= 1000 * 5);
    CHECK(sum <= 1000 * 9);
}

TEST_CASE("shape tokens: ids cost more than words, and no text is free", "[shape]") {
    CHECK(estimate_tokens("ch_3PqR7sLkdIwHu7ix0XyZ9abC") >
          estimate_tokens("the charge was not yet paid"));
    CHECK(estimate_tokens("\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E") >= 4);
    CHECK(estimate_tokens(std::string(4000, '{')) >= 800);
    CHECK(estimate_tokens(std::string(4000, ' ')) >= 800);
}

TEST_CASE("shape tokens: the dearer family counts", "[shape]") {
    const std::string text = R"({"id":"ch_1","object":"charge","currency":"usd"})";
    const auto each = estimate_tokens_by_family(text);
    CHECK(estimate_tokens(text) == std::max(each.openai, each.claude));
    CHECK(each.openai > 0);
    CHECK(each.claude > 0);
}

// Counted byte by byte from the definition, for texts whose length is around those of the blocks
// that are counted together.
TEST_CASE("tokens: a text is counted the same in blocks and byte by byte", "[shape]") {
    const auto kind_of = [](unsigned char c) {
        if (c >= 'a' && c <= 'z') return 0;
        if (c >= 'A' && c <= 'Z') return 1;
        if (c >= '0' && c <= '9') return 2;
        if (c >= 0x80) return 3;
        return c == ' ' || c == '\n' ? 4 : 5;
    };
    const auto expected = [&](std::string_view text) {
        constexpr std::array<std::uint64_t, 8> weights{88, 93, 397, 500, 587, 212, 990, 1356};
        std::uint64_t thousandths = 0;
        int before = 4;
        for (const char raw : text) {
            const int kind = kind_of(static_cast<unsigned char>(raw));
            const bool letter = kind < 2;
            thousandths += weights[static_cast<std::size_t>(kind)];
            if (kind == 5 && before != 5) thousandths += weights[6];
            if ((kind == 1 && before == 0) || (kind == 2 && before < 2) || (letter && before == 2))
                thousandths += weights[7];
            before = kind;
        }
        return (thousandths + 999) / 1000;
    };
    std::minstd_rand draw{7};
    for (std::size_t size = 0; size < 400; ++size)
        for (int round = 0; round < 20; ++round) {
            std::string text(size, ' ');
            for (char& c : text)
                c = round % 2 == 0 ? static_cast<char>(draw() >> 8U) : "aZ0 \n\"\xC3z9"[draw() % 9];
            REQUIRE(estimate_tokens_by_family(text).openai == expected(text));
        }
}

}  // namespace tokens_test
