// What a member of one of Stripe's objects is, told by its name and place: the one table of what is
// secret, what is personal, what strangers wrote, and what is money.
#pragma once
#include <string_view>

#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct member_facts {
    // A bearer secret, replaced in every answer: client secrets, signing secrets, card numbers.
    bool secret = false;
    // Written by customers or other third parties: data, never instructions.
    bool untrusted = false;
    // An id, chosen by a merchant perhaps: long digits in it are no card number.
    bool id = false;
    // An integer here is a time, in seconds since 1970.
    bool time = false;
    // An integer here is an amount in a currency's smallest unit.
    bool amount = false;
    // Its integers are amounts, each in the currency that is its name: {"usd": 100}.
    bool by_currency = false;
    // Its names are free: metadata.
    bool free_names = false;
    // Replaced when the server's config names one of these.
    tenancy::redaction_set personal = 0;
};

// Facts of the member `name`; `object` is the nearest object that has a type ("issuing.card"),
// `parent` the member that holds the hash it is in, empty at the object's top. Any thread.
member_facts facts_of_member(std::string_view object, std::string_view parent,
                             std::string_view name) noexcept;

}  // namespace tollgate::stripe
