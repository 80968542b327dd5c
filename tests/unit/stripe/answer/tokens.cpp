#include "stripe/answer/tokens.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

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

namespace {

// Counted byte by byte, from the definition.
token_counts counted_plainly(std::string_view text) {
    const auto kind_of = [](unsigned char c) -> std::size_t {
        if (c >= 'a' && c <= 'z') return 0;
        if (c >= 'A' && c <= 'Z') return 1;
        if (c >= '0' && c <= '9') return 2;
        if (c >= 0x80) return 3;
        return c == ' ' || c == '\n' ? 4 : 5;
    };
    token_counts counts{};
    std::size_t before = 4;
    for (const char raw : text) {
        const std::size_t kind = kind_of(static_cast<unsigned char>(raw));
        const bool letter = kind < 2;
        ++counts[kind];
        if (kind == 5 && before != 5) ++counts[6];
        if ((kind == 1 && before == 0) || (kind == 2 && before < 2) || (letter && before == 2))
            ++counts[7];
        before = kind;
    }
    return counts;
}

// The text is counted in a copy that ends where the text ends, so that the address sanitizer sees
// what is read beyond.
void check_counters(std::string_view text) {
    const std::vector<char> copy(text.begin(), text.end());
    const token_counts expected = counted_plainly(text);
    for (const auto& form : token_counters()) {
        token_counts counts{};
        if (form.can_run) form.run({copy.data(), copy.size()}, counts);
        if (form.can_run && counts != expected)
            FAIL("the form " << form.name << " differs for '" << std::string{text} << "'");
    }
}

}  // namespace

TEST_CASE("shape tokens: the last form of the count runs on every processor", "[shape]") {
    REQUIRE_FALSE(token_counters().empty());
    CHECK(token_counters().back().can_run);
}

TEST_CASE("shape tokens: every form counts each byte at each place alike", "[shape]") {
    for (const std::size_t size : {1U, 2U, 31U, 32U, 33U, 63U, 64U, 65U, 127U, 128U, 129U, 200U})
        for (const char around : {'a', 'Z', '5', ' ', '"', '\xC3'}) {
            std::string text(size, around);
            for (std::size_t at = 0; at < size; ++at) {
                for (int byte = 0; byte < 256; ++byte) {
                    text[at] = static_cast<char>(byte);
                    check_counters(text);
                }
                text[at] = around;
            }
        }
}

TEST_CASE("shape tokens: every form counts random texts alike", "[shape]") {
    std::minstd_rand draw{7};
    for (std::size_t size = 0; size < 400; ++size)
        for (int round = 0; round < 20; ++round) {
            std::string text(size, ' ');
            for (char& c : text)
                c = round % 2 == 0 ? static_cast<char>(draw() >> 8U) : "aZ0 \n\"\xC3z9"[draw() % 9];
            check_counters(text);
        }
}

TEST_CASE("shape tokens: the estimate is the weighed counts, rounded up", "[shape]") {
    constexpr token_counts weights{88, 93, 397, 500, 587, 212, 990, 1356};
    std::string text;
    for (int round = 0; round < 300; ++round) {
        text += "aZ0 \n\"\xC3z9"[static_cast<std::size_t>(round * round) % 9];
        const token_counts counts = counted_plainly(text);
        std::uint64_t thousandths = 999;
        for (std::size_t i = 0; i < counts.size(); ++i) thousandths += counts[i] * weights[i];
        REQUIRE(estimate_tokens_by_family(text).openai == thousandths / 1000);
    }
}

}  // namespace tokens_test
