// What people say, in the words of Stripe's API. Data only.
#pragma once
#include <span>
#include <string_view>

#include "tenancy/method.hpp"

namespace tollgate::stripe {

// When `said` (words with single blanks) occurs in a request, `meant` are words of the operations
// that are meant. Compared by stems; the longest match wins, and its own words then count for less.
struct saying {
    std::string_view said;
    std::string_view meant;
};
std::span<const saying> sayings();

// What somebody asks for when this operation is the answer, by tool name: words it is found under
// beside its own.
struct hint {
    std::string_view tool;
    std::string_view words;
};
std::span<const hint> hints();

// The object an id is of, by its prefix: "ch_" is "charge".
struct id_prefix {
    std::string_view prefix;
    std::string_view object;
};
std::span<const id_prefix> id_prefixes();

// Words that tell what is to be done with the object: "add" is create.
struct intent_word {
    std::string_view word;
    tenancy::method kind;
};
std::span<const intent_word> intent_words();

// Nouns and verbs that mean a deed where a request begins with them: "refund a payment".
std::span<const intent_word> deed_words();

}  // namespace tollgate::stripe
