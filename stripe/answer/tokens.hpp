// How many tokens a text costs a model, without its tokenizer.
#pragma once
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// The estimates for two families of tokenizers: OpenAI's o200k, and the one Anthropic has
// published.
struct token_estimates {
    std::uint64_t openai = 0;
    std::uint64_t claude = 0;
};

// Tokens of `text`, from counts of its kinds of bytes: about 0.3 ns a byte, no allocation. Fitted
// to JSON as this gateway writes it (tool lists and results), where it is at most 10 % under the
// tokenizer and seldom 15 % over; for other text it is a rough figure. Any thread.
token_estimates estimate_tokens_by_family(std::string_view text) noexcept;

// The dearer of the two: what budgets count in.
std::uint64_t estimate_tokens(std::string_view text) noexcept;

}  // namespace tollgate::stripe
