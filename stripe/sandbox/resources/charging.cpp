#include "stripe/sandbox/resources/charging.hpp"

#include "stripe/sandbox/resources/cards.hpp"
#include "stripe/sandbox/resources/ledger.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::int64_t dispute_fee = 1500;

json outcome_of(const test_card& card) {
    const bool ok = card.code.empty();
    const bool blocked = card.outcome_type == "blocked";
    const auto reason = card.decline_code.empty() ? card.code : card.decline_code;
    return {{"advice_code", nullptr},
            {"network_advice_code", nullptr},
            {"network_decline_code", ok || blocked ? json(nullptr) : json("05")},
            {"network_status", ok        ? "approved_by_network"
                               : blocked ? "not_sent_to_network"
                                         : "declined_by_network"},
            {"reason", ok        ? json(nullptr)
                       : blocked ? json("highest_risk_level")
                                 : json(reason)},
            {"risk_level", blocked ? "highest" : "normal"},
            {"risk_score", blocked ? 95 : 17},
            {"seller_message", ok        ? "Payment complete."
                               : blocked ? "Stripe blocked this payment as too risky."
                                         : "The bank did not return any further details with this "
                                           "decline."},
            {"type", ok ? "authorized" : card.outcome_type}};
}

json details_of(const json& card, std::int64_t amount) {
    const auto kept = [&](const char* key) { return card.at(key); };
    return {{"card",
             {{"amount_authorized", amount},
              {"authorization_code", nullptr},
              {"brand", kept("brand")},
              {"checks", kept("checks")},
              {"country", kept("country")},
              {"exp_month", kept("exp_month")},
              {"exp_year", kept("exp_year")},
              {"extended_authorization", {{"status", "disabled"}}},
              {"fingerprint", kept("fingerprint")},
              {"funding", kept("funding")},
              {"incremental_authorization", {{"status", "unavailable"}}},
              {"installments", nullptr},
              {"last4", kept("last4")},
              {"mandate", nullptr},
              {"multicapture", {{"status", "unavailable"}}},
              {"network", kept("brand")},
              {"network_token", {{"used", false}}},
              {"network_transaction_id", nullptr},
              {"overcapture", {{"maximum_amount_capturable", amount}, {"status", "unavailable"}}},
              {"regulated_status", "unregulated"},
              {"three_d_secure", nullptr},
              {"wallet", nullptr}}},
            {"type", "card"}};
}

void fill_billing(world& in, json& charge, const charge_request& request) {
    charge["billing_details"] = request.payment_method->at("billing_details");
    const auto* customer = in.data.find("customer", request.customer);
    if (customer == nullptr || flag_of(*customer, "_deleted")) return;
    auto& billing = charge["billing_details"];
    for (const auto* key : {"email", "name", "phone"})
        if (!has_value(billing, key) && customer->contains(key)) billing[key] = customer->at(key);
}

void settle_charge(world& in, json& charge) {
    ledger_entry entry;
    entry.type = entry.category = "charge";
    entry.amount = int_of(charge, "amount_captured");
    entry.currency = text_of(charge, "currency");
    entry.fee = card_fee(entry.amount, entry.currency);
    entry.source = text_of(charge, "id");
    entry.description = text_of(charge, "description");
    entry.available_on = (in.now() / day_s + 2) * day_s;
    charge["balance_transaction"] = record(in, entry).at("id");
}

}  // namespace

json& make_charge(world& in, const charge_request& request) {
    const auto& card = card_of(*request.payment_method);
    const bool ok = card.code.empty();
    auto row = in.make("charge", "ch_");
    row["amount"] = request.amount;
    row["currency"] = request.currency;
    row["captured"] = ok && request.capture;
    row["amount_captured"] = ok && request.capture ? request.amount : 0;
    row["paid"] = ok;
    row["status"] = ok ? "succeeded" : "failed";
    row["outcome"] = outcome_of(card);
    row["payment_method"] = request.payment_method->at("id");
    row["payment_method_details"] = details_of(request.payment_method->at("card"), request.amount);
    row["calculated_statement_descriptor"] = "NORTHWIND STUDIO";
    if (!request.customer.empty()) row["customer"] = request.customer;
    if (!request.payment_intent.empty()) row["payment_intent"] = request.payment_intent;
    take(row, request.given,
         {"description", "receipt_email", "shipping", "statement_descriptor",
          "statement_descriptor_suffix", "transfer_group"});
    take_metadata(row, request.given);
    fill_billing(in, row, request);
    const auto id = text_of(row, "id");
    if (ok) row["receipt_url"] = "https://pay.stripe.com/receipts/payment/" + id;
    if (!ok) {
        row["failure_code"] = card.code;
        row["failure_message"] = card.message;
    }
    auto& kept = in.data.of("charge").add(std::move(row));
    if (ok && request.capture) settle_charge(in, kept);
    in.emit(ok ? "charge.succeeded" : "charge.failed", kept);
    if (ok && request.capture && card.disputed)
        open_dispute(in, kept, "fraudulent", (in.now() / day_s + 8) * day_s - 1);
    return kept;
}

void capture_charge(world& in, json& charge, std::int64_t amount) {
    charge["captured"] = true;
    charge["amount_captured"] = amount;
    charge["amount_refunded"] = int_of(charge, "amount") - amount;
    settle_charge(in, charge);
    in.emit("charge.captured", charge);
}

api_error failed_charge(const json& charge, const json& payment_method) {
    auto error = card_error(card_of(payment_method));
    error.more["charge"] = charge.at("id");
    return error;
}

json& open_dispute(world& in, json& charge, std::string_view reason, std::int64_t due_by) {
    auto row = in.make("dispute", "du_");
    const auto amount = int_of(charge, "amount") - int_of(charge, "amount_refunded");
    row["amount"] = amount;
    row["currency"] = charge.at("currency");
    row["charge"] = charge.at("id");
    row["payment_intent"] = charge.at("payment_intent");
    row["reason"] = reason;
    row["evidence_details"]["due_by"] = due_by;
    row["evidence"]["customer_email_address"] = charge.at("billing_details").at("email");
    row["evidence"]["customer_name"] = charge.at("billing_details").at("name");
    const auto* code = reason == "fraudulent" ? "10.4" : reason == "duplicate" ? "12.6" : "13.1";
    row["network_reason_code"] = code;
    auto& card = row["payment_method_details"]["card"];
    card["brand"] = charge.at("payment_method_details").at("card").at("brand");
    card["network_reason_code"] = code;
    const auto id = text_of(row, "id");
    ledger_entry entry{"adjustment",
                       "dispute",
                       -amount,
                       dispute_fee,
                       text_of(charge, "currency"),
                       id,
                       "Chargeback withdrawal for " + text_of(charge, "id"),
                       in.now()};
    if (entry.currency != "usd") entry.fee = 0;
    row["balance_transactions"].push_back(record(in, entry));
    charge["disputed"] = true;
    auto& kept = in.data.of("dispute").add(std::move(row));
    in.emit("charge.dispute.created", kept);
    return kept;
}

void end_dispute(world& in, json& dispute, std::string_view status) {
    dispute["status"] = status;
    if (status == "won") {
        const ledger_entry entry{"adjustment",
                                 "dispute_reversal",
                                 int_of(dispute, "amount"),
                                 0,
                                 text_of(dispute, "currency"),
                                 text_of(dispute, "id"),
                                 "Chargeback reversal for " + text_of(dispute, "charge"),
                                 in.now()};
        dispute["balance_transactions"].push_back(record(in, entry));
    }
    in.emit("charge.dispute.closed", dispute);
}

outcome<json*> confirm_intent(world& in, json& intent) {
    auto* method = in.data.find("payment_method", text_of(intent, "payment_method"));
    if (method == nullptr)
        return bad_request(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
            {}, "payment_intent_unexpected_state");
    if (card_of(*method).needs_action && text_of(intent, "status") != "requires_action") {
        intent["status"] = "requires_action";
        intent["next_action"] = {{"type", "use_stripe_sdk"},
                                 {"use_stripe_sdk", {{"type", "three_d_secure_redirect"}}}};
        in.emit("payment_intent.requires_action", intent);
        return &intent;
    }
    charge_request request;
    request.amount = int_of(intent, "amount");
    request.currency = text_of(intent, "currency");
    request.payment_method = method;
    request.customer = text_of(intent, "customer");
    request.payment_intent = text_of(intent, "id");
    request.capture = text_of(intent, "capture_method") != "manual";
    request.given = intent;
    auto& charge = make_charge(in, request);
    intent["latest_charge"] = charge.at("id");
    intent["next_action"] = nullptr;
    if (text_of(charge, "status") == "failed") {
        auto error = failed_charge(charge, *method);
        intent["status"] = "requires_payment_method";
        intent["payment_method"] = nullptr;
        intent["last_payment_error"] = {{"charge", charge.at("id")},
                                        {"code", error.code},
                                        {"message", error.message},
                                        {"payment_method", *method},
                                        {"type", error.type}};
        if (error.more.contains("decline_code"))
            intent["last_payment_error"]["decline_code"] = error.more["decline_code"];
        error.more["payment_intent"] = intent;
        error.more["payment_method"] = *method;
        in.emit("payment_intent.payment_failed", intent);
        return error;
    }
    intent["last_payment_error"] = nullptr;
    intent["status"] = request.capture ? "succeeded" : "requires_capture";
    if (request.capture)
        intent["amount_received"] = request.amount;
    else
        intent["amount_capturable"] = request.amount;
    in.emit(
        request.capture ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated",
        intent);
    return &intent;
}

}  // namespace tollgate::sandbox
