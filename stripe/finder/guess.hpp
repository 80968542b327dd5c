// Guesses at the name of a tool or of a call, as people and models write them: "create_refund",
// "getInvoice", "stripe.refunds.create", "POST /v1/refunds".
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/finder/index.hpp"

namespace tollgate::stripe {

// What a guess may mean: the position of an operation, and how well its name fits, from 0 to a
// little over 1.
struct guessed_operation {
    std::uint16_t position = 0;
    float fits = 0;
};

// Immutable once built: the const functions may be called from any thread.
class guess_reader {
public:
    // Over these operations; a guess tells positions in `all`.
    explicit guess_reader(std::span<const indexed_operation> all);

    // The operations that the first guess in `text` means, in no order; empty when nothing in it
    // looks like a name or a call, or when none of them is near. Looks at the first kilobyte.
    std::vector<guessed_operation> read(std::string_view text) const;

private:
    using word_id = std::uint16_t;
    static constexpr word_id unknown = 0xFFFF;

    // The name of an operation: "mark uncollectible" and "invoice".
    struct named {
        std::vector<word_id> action;
        std::vector<word_id> things;
    };
    // A word of a guess.
    struct guess_word {
        std::string text;  // without the plural's "s"
        word_id which = unknown;
        float weight = 0;  // as a thing
    };
    struct guess {
        std::vector<guess_word> words;
        bool many = false;  // the thing that it ends with is in the plural
    };

    word_id add(std::string_view word);
    word_id find(const std::string& word) const;
    std::vector<guessed_operation> of_call(std::string_view text) const;
    std::vector<guessed_operation> of_name(std::string_view name) const;
    guess understood(std::string_view name) const;
    // How well a word of the guess stands for the action: 0 not at all.
    float action_factor(const guess& read, const named& one) const;
    float fit(const guess& read, const named& one) const;

    std::unordered_map<std::string, word_id> words_;
    std::vector<float> rarity_;  // by word: how much it tells
    std::vector<named> names_;
    std::vector<float> priors_;
    std::unordered_map<std::string_view, std::uint16_t> positions_;  // by tool name
};

}  // namespace tollgate::stripe
