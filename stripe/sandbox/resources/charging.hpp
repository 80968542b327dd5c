// Card payments, shared by payment intents, charges and invoices.
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct charge_request {
    std::int64_t amount = 0;
    std::string currency;
    json* payment_method = nullptr;
    std::string customer;        // empty: none
    std::string payment_intent;  // empty: none
    bool capture = true;
    json given = json::object();  // description, metadata, receipt_email, shipping, …
};

// Stores a charge and returns it: succeeded (with its balance transaction if captured), or failed
// with the card's codes. Opens a dispute at once if the test card is for disputes.
json& make_charge(world& in, const charge_request& request);

// Captures `amount` of an authorised charge: records its balance transaction, and releases the
// rest.
void capture_charge(world& in, json& charge, std::int64_t amount);

// 402 about a failed charge.
api_error failed_charge(const json& charge, const json& payment_method);

// Opens a dispute over the whole charge and withdraws the money. `due_by` is when evidence is due.
json& open_dispute(world& in, json& charge, std::string_view reason, std::int64_t due_by);

// Ends a dispute: "won" returns the money, "lost" does not.
void end_dispute(world& in, json& dispute, std::string_view status);

// Confirms a payment intent that has a payment method: charges it, and sets its status. 402 if the
// card is declined; the intent then returns to requires_payment_method.
outcome<json*> confirm_intent(world& in, json& intent);

}  // namespace tollgate::sandbox
