// What people say, in the words of Stripe's API. Data only.
#pragma once
#include <span>
#include <string_view>

#include "tenancy/rules/method.hpp"

namespace tollgate::stripe {

// The object an id is of, by its prefix ("ch_" is "charge"), and the collection it is in, as in the
// paths of version 1 ("charges").
struct id_prefix {
    std::string_view prefix;
    std::string_view object;
    std::string_view collection;
};
std::span<const id_prefix> id_prefixes();

// Words that tell what is to be done with the object: "add" is create.
struct intent_word {
    std::string_view word;
    tenancy::method kind;
};
std::span<const intent_word> intent_words();

// Nouns and verbs that mean an action where a request begins with them: "refund a payment".
std::span<const intent_word> action_words();

}  // namespace tollgate::stripe
