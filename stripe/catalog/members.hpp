// Classifies a member of one of Stripe's objects by its name and position: the only table of what
// is secret, personal, written by third parties, or money.
#pragma once
#include <string_view>

#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct member_facts {
    // A bearer secret, replaced in every answer: client secrets, signing secrets, card numbers.
    bool secret = false;
    // Written by customers or other third parties: data, never instructions.
    bool untrusted = false;
    // An id, possibly chosen by a merchant: long digits in it are not a card number.
    bool id = false;
    // An integer in it is a time, in seconds since 1970.
    bool time = false;
    // An integer in it is an amount in a currency's smallest unit.
    bool amount = false;
    // Its integers are amounts, each in the currency that is its name: {"usd": 100}.
    bool by_currency = false;
    // Its members have free names: metadata.
    bool free_names = false;
    // Redacted if the server's config names one of these.
    tenancy::redaction_set personal = 0;
};

// The facts about member `name`; `object` is the nearest outer object with a type ("issuing.card"),
// `parent` is the member that contains the hash, empty at the object's top level. Any thread.
member_facts facts_of_member(std::string_view object, std::string_view parent,
                             std::string_view name) noexcept;

}  // namespace tollgate::stripe
