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
outcome<bool> apply_payer(call& of, json& row) {
    if (has_value(of.params, "customer")) {
        const auto customer = in_param(of, "customer", "customer");
        if (!customer) return customer.error();
        row["customer"] = (*customer)->at("id");
    }
    if (has_value(of.params, "payment_method_data"))
        return bad_request("The sandbox takes cards as payment_method, such as pm_card_visa, only.",
                           "payment_method_data");
    if (!has_value(of.params, "payment_method")) return true;
    const auto method = payment_method_param(of, "payment_method");
    if (!method) return method.error();
    const auto owner = text_of(**method, "customer");
    if (!owner.empty() && owner != text_of(row, "customer"))
        return bad_request(
            "The provided PaymentMethod belongs to another Customer. Pass that customer.",
            "payment_method");
    row["payment_method"] = (*method)->at("id");
    return true;
}

void fill(json& row, const json& params) {
    take(row, params,
         {"description", "receipt_email", "setup_future_usage", "statement_descriptor",
          "statement_descriptor_suffix", "transfer_group", "capture_method", "confirmation_method",
          "payment_method_types", "shipping"});
    take_metadata(row, params);
}

// After a success, setup_future_usage attaches the card to the customer.
outcome<json> confirmed(call& of, json& row) {
    auto done = confirm_intent(of.in, row);
    if (!done) return done.error();
    auto* customer = of.in.data.find("customer", text_of(row, "customer"));
    auto* method = of.in.data.find("payment_method", text_of(row, "payment_method"));
    if (has_value(row, "setup_future_usage") && customer != nullptr && method != nullptr)
        if (auto kept = attach(of.in, *method, *customer); !kept) return kept.error();
    return row;
}

outcome<json> create(call& of) {
    auto row = of.in.make("payment_intent", "pi_");
    const auto amount = int_of(of.params, "amount");
    const auto currency = text_of(of.params, "currency");
    if (auto legal = check_amount(amount, currency); !legal) return legal.error();
    const bool confirm = flag_of(of.params, "confirm");
    if (confirm && !has_value(of.params, "payment_method"))
        return bad_request(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_method", "payment_intent_unexpected_state");
    row["amount"] = amount;
    row["currency"] = currency;
    row["client_secret"] = text_of(row, "id") + "_secret_" + of.in.make_text(25);
    if (auto done = apply_payer(of, row); !done) return done.error();
    fill(row, of.params);
    if (has_value(of.params, "automatic_payment_methods"))
        row["automatic_payment_methods"] = of.params["automatic_payment_methods"];
    else if (!of.params.contains("payment_method_types"))
        row["automatic_payment_methods"] = {{"allow_redirects", "always"}, {"enabled", true}};
    if (has_value(row, "payment_method")) row["status"] = "requires_confirmation";
    auto& kept = of.in.data.of("payment_intent").add(std::move(row));
    of.in.emit("payment_intent.created", kept);
    if (!confirm) return kept;
    return confirmed(of, kept);
}

outcome<json> get(call& of) {
    const auto row = in_path(of, "payment_intent");
    if (!row) return row.error();
    if (has_value(of.params, "client_secret") &&
        of.params["client_secret"] != (*row)->at("client_secret"))
        return no_such("payment_intent", of.ids.at(0), "intent", true);
    return **row;
}

bool is_settled(const std::string& status) {
    return status == "succeeded" || status == "canceled";
}

outcome<json> update(call& of) {
    const auto found = in_path(of, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    const auto status = text_of(row, "status");
    const bool money = of.params.contains("amount") || of.params.contains("currency") ||
                       of.params.contains("payment_method");
    if (money && (is_settled(status) || status == "requires_capture"))
        return wrong_state(row, "updated",
                           "requires_payment_method, requires_confirmation, requires_action");
    const auto amount = int_of(of.params, "amount", int_of(row, "amount"));
    const auto currency = text_of(of.params, "currency", text_of(row, "currency"));
    if (auto legal = check_amount(amount, currency); !legal) return legal.error();
    if (auto done = apply_payer(of, row); !done) return done.error();
    row["amount"] = amount;
    row["currency"] = currency;
    fill(row, of.params);
    if (has_value(of.params, "payment_method")) row["status"] = "requires_confirmation";
    of.in.emit("payment_intent.updated", row);
    return row;
}

outcome<json> confirm(call& of) {
    const auto row = in_path(of, "payment_intent");
    if (!row) return row.error();
    const auto status = text_of(**row, "status");
    if (is_settled(status) || status == "requires_capture")
        return wrong_state(**row, "confirmed",
                           "requires_payment_method, requires_confirmation, requires_action");
    if (auto done = apply_payer(of, **row); !done) return done.error();
    take(**row, of.params, {"receipt_email", "setup_future_usage", "capture_method", "shipping"});
    return confirmed(of, **row);
}

outcome<json> capture(call& of) {
    const auto found = in_path(of, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    if (text_of(row, "status") != "requires_capture")
        return wrong_state(row, "captured", "requires_capture");
    const auto whole = int_of(row, "amount_capturable");
    const auto amount = int_of(of.params, "amount_to_capture", whole);
    if (amount < 1 || amount > whole)
        return bad_request("The amount to capture must be between 1 and the capturable amount, " +
                               std::to_string(whole) + ".",
                           "amount_to_capture", "amount_too_large");
    auto* charge = of.in.data.find("charge", text_of(row, "latest_charge"));
    capture_charge(of.in, *charge, amount);
    row["amount_capturable"] = 0;
    row["amount_received"] = amount;
    row["status"] = "succeeded";
    take_metadata(row, of.params);
    of.in.emit("payment_intent.succeeded", row);
    return row;
}

outcome<json> cancel(call& of) {
    const auto found = in_path(of, "payment_intent");
    if (!found) return found.error();
    auto& row = **found;
    if (is_settled(text_of(row, "status")))
        return wrong_state(row, "canceled",
                           "requires_payment_method, requires_capture, requires_confirmation, "
                           "requires_action, processing");
    auto* charge = of.in.data.find("charge", text_of(row, "latest_charge"));
    if (text_of(row, "status") == "requires_capture" && charge != nullptr) {
        (*charge)["refunded"] = true;
        (*charge)["amount_refunded"] = charge->at("amount");
    }
    row["status"] = "canceled";
    row["canceled_at"] = of.in.now();
    row["amount_capturable"] = 0;
    take(row, of.params, {"cancellation_reason"});
    of.in.emit("payment_intent.canceled", row);
    return row;
}

outcome<json> list(call& of) {
    if (has_value(of.params, "customer") &&
        of.in.data.find("customer", text_of(of.params, "customer")) == nullptr)
        return no_such("customer", text_of(of.params, "customer"), "customer", false);
    return list_all(of, "payment_intent", {"customer"});
}

outcome<json> search(call& of) {
    return search_all(of, "payment_intent", "payment_intents");
}

}  // namespace

void add_payment_intents(routes& to) {
    to.add("POST /v1/payment_intents", create);
    to.add("GET /v1/payment_intents", list);
    to.add("GET /v1/payment_intents/search", search);
    to.add("GET /v1/payment_intents/{intent}", get);
    to.add("POST /v1/payment_intents/{intent}", update);
    to.add("POST /v1/payment_intents/{intent}/confirm", confirm);
    to.add("POST /v1/payment_intents/{intent}/capture", capture);
    to.add("POST /v1/payment_intents/{intent}/cancel", cancel);
}

}  // namespace tollgate::sandbox
