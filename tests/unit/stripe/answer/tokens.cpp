#include "stripe/answer/tokens.hpp"

#include <catch2/catch.hpp>

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

}  // namespace tokens_test
