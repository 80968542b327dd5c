// Estimates how many tokens a text costs a model, without its tokenizer.
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

// The tokens of `text`, from counts of its kinds of bytes: about 0.3 ns a byte, no allocation.
// Fitted to JSON as this gateway writes it (tool lists and results), where it is at most 10 % below
// the tokenizer and rarely 15 % above; for other text it is a rough estimate. Any thread.
token_estimates estimate_tokens_by_family(std::string_view text) noexcept;

// The higher of the two estimates; budgets are counted in it.
std::uint64_t estimate_tokens(std::string_view text) noexcept;

}  // namespace tollgate::stripe
