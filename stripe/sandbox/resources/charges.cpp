// Charges: the older API for payments, and the charge of every payment.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/charging.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// The card of a charge: a token, a payment method, or the customer's default.
outcome<json*> card_for(call& call, json* customer) {
    if (has_value(call.params, "source")) {
        const auto id = text_of(call.params, "source");
        if (find_card(id) != nullptr || call.in.data.find("payment_method", id) != nullptr)
            return payment_method_param(call, "source");
        return no_such("token", id, "source", false);
    }
    if (customer == nullptr)
        return bad_request("Must provide source or customer.", {}, "parameter_missing");
    auto* chosen = default_payment_method(call.in, *customer);
    if (chosen == nullptr) {
        auto error =
            bad_request("Cannot charge a customer that has no active card", "card", "missing");
        error.status = 402;
        error.type = "card_error";
        return error;
    }
    return chosen;
}

outcome<json> create_charge(call& call) {
    if (!has_value(call.params, "amount")) return missing_param("amount");
    if (!has_value(call.params, "currency")) return missing_param("currency");
    charge_request request;
    request.amount = int_of(call.params, "amount");
    request.currency = text_of(call.params, "currency");
    if (auto legal = check_amount(request.amount, request.currency); !legal) return legal.error();
    json* customer = nullptr;
    if (has_value(call.params, "customer")) {
        const auto found = in_param(call, "customer", "customer");
        if (!found) return found.error();
        customer = *found;
        request.customer = text_of(*customer, "id");
    }
    const auto method = card_for(call, customer);
    if (!method) return method.error();
    request.payment_method = *method;
    request.capture = flag_of(call.params, "capture", true);
    request.given = call.params;
    auto& charge = make_charge(call.in, request);
    if (text_of(charge, "status") == "failed") return failed_charge(charge, **method);
    return charge;
}

outcome<json> get_charge(call& call) {
    const auto row = in_path(call, "charge");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_charge(call& call) {
    const auto row = in_path(call, "charge");
    if (!row) return row.error();
    if (has_value(call.params, "customer")) {
        const auto found = in_param(call, "customer", "customer");
        if (!found) return found.error();
        if (has_value(**row, "customer"))
            return bad_request("This charge already has a customer.", "customer");
        (**row)["customer"] = (*found)->at("id");
    }
    take(**row, call.params, {"description", "receipt_email", "shipping", "transfer_group"});
    take_metadata(**row, call.params);
    if (has_value(call.params, "fraud_details"))
        (**row)["fraud_details"] = call.params["fraud_details"];
    call.in.emit("charge.updated", **row);
    return **row;
}

outcome<json> capture(call& call) {
    const auto row = in_path(call, "charge");
    if (!row) return row.error();
    auto& charge = **row;
    const auto id = text_of(charge, "id");
    if (text_of(charge, "status") == "failed")
        return bad_request("This charge cannot be captured: it failed.");
    if (flag_of(charge, "captured"))
        return bad_request("Charge " + id + " has already been captured.", {},
                           "charge_already_captured");
    if (flag_of(charge, "refunded"))
        return bad_request("Charge " + id + " has already been refunded.", {},
                           "charge_already_refunded");
    const auto amount = int_of(call.params, "amount", int_of(charge, "amount"));
    if (amount < 1 || amount > int_of(charge, "amount"))
        return bad_request("Amount must be between 1 and the amount that was authorised.", "amount",
                           "amount_too_large");
    if (has_value(charge, "payment_intent"))
        return bad_request(
            "This charge belongs to a PaymentIntent. Capture the PaymentIntent instead.");
    take(charge, call.params, {"receipt_email", "statement_descriptor", "transfer_group"});
    capture_charge(call.in, charge, amount);
    return charge;
}

outcome<json> list_charges(call& call) {
    if (has_value(call.params, "customer") &&
        call.in.data.find("customer", text_of(call.params, "customer")) == nullptr)
        return no_such("customer", text_of(call.params, "customer"), "customer", false);
    return list_all(call, "charge", {"customer", "payment_intent", "transfer_group"});
}

outcome<json> search_charges(call& call) {
    return search_all(call, "charge", "charges");
}

}  // namespace

void add_charges(routes& to) {
    to.add("POST /v1/charges", create_charge);
    to.add("GET /v1/charges", list_charges);
    to.add("GET /v1/charges/search", search_charges);
    to.add("GET /v1/charges/{charge}", get_charge);
    to.add("POST /v1/charges/{charge}", update_charge);
    to.add("POST /v1/charges/{charge}/capture", capture);
}

}  // namespace tollgate::sandbox
