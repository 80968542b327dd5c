// Stripe's test cards: what tok_… and pm_card_… stand for, and how they fail.
#pragma once
#include <string_view>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct test_card {
    std::string_view name;  // behind "tok_" or "pm_card_"
    std::string_view brand;
    std::string_view last4;
    std::string_view funding;
    std::string_view code;          // empty: it pays
    std::string_view decline_code;  // of card_declined
    std::string_view message;
    std::string_view outcome_type;  // "blocked" for what the risk check stops
    bool fails_on_attach = true;
    bool disputed = false;  // pays, then the owner disputes it
    bool needs_action = false;
};

// The card a token or test payment method stands for; null when it is none.
const test_card* find_card(std::string_view token);

// The card behind a payment method of the store.
const test_card& card_of(const json& payment_method);

// Keeps a new payment method for a card and returns it; not attached to anyone.
json& make_payment_method(world& in, const test_card& card);

// What `param` names: a payment method of the store, or a new one for a test card's name.
outcome<json*> payment_method_param(call& call, std::string_view param);

// The customer's default payment method, or null.
json* default_payment_method(world& in, const json& customer);

// Attaches it; 402 when the card is one that cannot be attached.
outcome<bool> attach(world& in, json& payment_method, const json& customer);

// 402 with the card's code.
api_error card_error(const test_card& card);

}  // namespace tollgate::sandbox
