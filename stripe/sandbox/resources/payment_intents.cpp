// Payment intents: create, confirm, capture, cancel.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/charging.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

api_error wrong_state(const json& intent, const std::string& verb, const std::string& needs) {
    const auto status = text_of(intent, "status");
    auto error = bad_request(
        "This PaymentIntent could not be " + verb + " because it has a status of " + status +
            ". Only a PaymentIntent with one of the following statuses may be " + verb + ": " +
            needs + ".",
        {}, "payment_intent_unexpected_state");
    error.more["payment_intent"] = intent;
    return error;
}

// customer, payment_method and payment_method_data of a request.
outcome<bool> apply_payer(call& call, json& row) {
    if (has_value(call.params, "customer")) {
        const auto customer = in_param(call, "customer", "customer");
        if (!customer) return customer.error();
        row["customer"] = (*customer)->at("id");
    }
    if (has_value(call.params, "payment_method_data"))
        return bad_request("The sandbox takes cards as payment_method, such as pm_card_visa, only.",
                           "payment_method_data");
    if (!has_value(call.params, "payment_method")) return true;
    const auto method = payment_method_param(call, "payment_method");
    if (!method) return method.error();
    const auto owner = text_of(**method, "customer");
    if (!owner.empty() && owner != text_of(row, "customer"))
        return bad_request(
            "The provided PaymentMethod belongs to another Customer. Pass that customer.",
            "payment_method");
    row["payment_method"] = (*method)->at("id");
    return true;
}

void fill_intent(json& row, const json& params) {
    take(row, params,
         {"description", "receipt_email", "setup_future_usage", "statement_descriptor",
          "statement_descriptor_suffix", "transfer_group", "capture_method", "confirmation_method",
          "payment_method_types", "shipping"});
    take_metadata(row, params);
}

// After a success, setup_future_usage attaches the card to the customer.
outcome<json> confirmed(call& call, json& row) {
    auto done = confirm_intent(call.in, row);
    if (!done) return done.error();
    auto* customer = call.in.data.find("customer", text_of(row, "customer"));
    auto* method = call.in.data.find("payment_method", text_of(row, "payment_method"));
    if (has_value(row, "setup_future_usage") && customer != nullptr && method != nullptr)
        if (auto kept = attach(call.in, *method, *customer); !kept) return kept.error();
    return row;
}

outcome<json> create_intent(call& call) {
    auto row = call.in.make("payment_intent", "pi_");
    const auto amount = int_of(call.params, "amount");
    const auto currency = text_of(call.params, "currency");
    if (auto legal = check_amount(amount, currency); !legal) return legal.error();
    const bool confirm = flag_of(call.params, "confirm");
    if (confirm && !has_value(call.params, "payment_method"))
        return bad_request(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_method", "payment_intent_unexpected_state");
    row["amount"] = amount;
    row["currency"] = currency;
    row["client_secret"] = text_of(row, "id") + "_secret_" + call.in.make_text(25);
    if (auto done = apply_payer(call, row); !done) return done.error();
    fill_intent(row, call.params);
    if (has_value(call.params, "automatic_payment_methods"))
        row["automatic_payment_methods"] = call.params["automatic_payment_methods"];
    else if (!call.params.contains("payment_method_types"))
        row["automatic_payment_methods"] = {{"allow_redirects", "always"}, {"enabled", true}};
    if (has_value(row, "payment_method")) row["status"] = "requires_confirmation";
    auto& kept = call.in.data.of("payment_intent").add(std::move(row));
    call.in.emit("payment_intent.created", kept);
    if (!confirm) return kept;
    return confirmed(call, kept);
}

outcome<json> get_intent(call& call) {
    const auto row = in_path(call, "payment_intent");
    if (!row) return row.error();
    if (has_value(call.params, "client_secret") &&
        call.params["client_secret"] != (*row)->at("client_secret"))
        return no_such("payment_intent", call.ids.at(0), "intent", true);
    return **row;
}

bool is_settled(const std::string& status) {
    return status == "succeeded" || status == "canceled";
}

outcome<json> update_intent(call& call) {
    const auto found = in_path(call, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    const auto status = text_of(row, "status");
    const bool money = call.params.contains("amount") || call.params.contains("currency") ||
                       call.params.contains("payment_method");
    if (money && (is_settled(status) || status == "requires_capture"))
        return wrong_state(row, "updated",
                           "requires_payment_method, requires_confirmation, requires_action");
    const auto amount = int_of(call.params, "amount", int_of(row, "amount"));
    const auto currency = text_of(call.params, "currency", text_of(row, "currency"));
    if (auto legal = check_amount(amount, currency); !legal) return legal.error();
    if (auto done = apply_payer(call, row); !done) return done.error();
    row["amount"] = amount;
    row["currency"] = currency;
    fill_intent(row, call.params);
    if (has_value(call.params, "payment_method")) row["status"] = "requires_confirmation";
    call.in.emit("payment_intent.updated", row);
    return row;
}

outcome<json> confirm(call& call) {
    const auto row = in_path(call, "payment_intent");
    if (!row) return row.error();
    const auto status = text_of(**row, "status");
    if (is_settled(status) || status == "requires_capture")
        return wrong_state(**row, "confirmed",
                           "requires_payment_method, requires_confirmation, requires_action");
    if (auto done = apply_payer(call, **row); !done) return done.error();
    take(**row, call.params, {"receipt_email", "setup_future_usage", "capture_method", "shipping"});
    return confirmed(call, **row);
}

outcome<json> capture_intent(call& call) {
    const auto found = in_path(call, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    if (text_of(row, "status") != "requires_capture")
        return wrong_state(row, "captured", "requires_capture");
    const auto whole = int_of(row, "amount_capturable");
    const auto amount = int_of(call.params, "amount_to_capture", whole);
    if (amount < 1 || amount > whole)
        return bad_request("The amount to capture must be between 1 and the capturable amount, " +
                               std::to_string(whole) + ".",
                           "amount_to_capture", "amount_too_large");
    auto* charge = call.in.data.find("charge", text_of(row, "latest_charge"));
    capture_charge(call.in, *charge, amount);
    row["amount_capturable"] = 0;
    row["amount_received"] = amount;
    row["status"] = "succeeded";
    take_metadata(row, call.params);
    call.in.emit("payment_intent.succeeded", row);
    return row;
}

outcome<json> cancel_intent(call& call) {
    const auto found = in_path(call, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    if (is_settled(text_of(row, "status")))
        return wrong_state(row, "canceled",
                           "requires_payment_method, requires_capture, requires_confirmation, "
                           "requires_action, processing");
    auto* charge = call.in.data.find("charge", text_of(row, "latest_charge"));
    if (text_of(row, "status") == "requires_capture" && charge != nullptr) {
        (*charge)["refunded"] = true;
        (*charge)["amount_refunded"] = charge->at("amount");
    }
    row["status"] = "canceled";
    row["canceled_at"] = call.in.now();
    row["amount_capturable"] = 0;
    take(row, call.params, {"cancellation_reason"});
    call.in.emit("payment_intent.canceled", row);
    return row;
}

outcome<json> list_intents(call& call) {
    if (has_value(call.params, "customer") &&
        call.in.data.find("customer", text_of(call.params, "customer")) == nullptr)
        return no_such("customer", text_of(call.params, "customer"), "customer", false);
    return list_all(call, "payment_intent", {"customer"});
}

outcome<json> search_intents(call& call) {
    return search_all(call, "payment_intent", "payment_intents");
}

}  // namespace

void add_payment_intents(routes& to) {
    to.add("POST /v1/payment_intents", create_intent);
    to.add("GET /v1/payment_intents", list_intents);
    to.add("GET /v1/payment_intents/search", search_intents);
    to.add("GET /v1/payment_intents/{intent}", get_intent);
    to.add("POST /v1/payment_intents/{intent}", update_intent);
    to.add("POST /v1/payment_intents/{intent}/confirm", confirm);
    to.add("POST /v1/payment_intents/{intent}/capture", capture_intent);
    to.add("POST /v1/payment_intents/{intent}/cancel", cancel_intent);
}

}  // namespace tollgate::sandbox
