// Stripe's test cards: the card for each tok_… and pm_card_…, and how it fails.
#pragma once
#include <string_view>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct test_card {
    std::string_view name;  // after "tok_" or "pm_card_"
    std::string_view brand;
    std::string_view last4;
    std::string_view funding;
    std::string_view code;          // empty: the payment succeeds
    std::string_view decline_code;  // for card_declined
    std::string_view message;
    std::string_view outcome_type;  // "blocked" if the risk check stops it
    bool fails_on_attach = true;
    bool disputed = false;  // the payment succeeds and is then disputed
    bool needs_action = false;
};

// The card of a token or test payment method; null if there is none.
const test_card* find_card(std::string_view token);

// The card behind a payment method of the store.
const test_card& card_of(const json& payment_method);

// Stores a new payment method for a card and returns it; it is not attached to a customer.
json& make_payment_method(world& in, const test_card& card);

// The payment method named by `param`: a stored one, or a new one for a test card's name.
outcome<json*> payment_method_param(call& call, std::string_view param);

// The customer's default payment method, or null.
json* default_payment_method(world& in, const json& customer);

// Attaches it; 402 if the card cannot be attached.
outcome<bool> attach(world& in, json& payment_method, const json& customer);

// 402 with the card's code.
api_error card_error(const test_card& card);

}  // namespace tollgate::sandbox
