// Refunds, through both routes.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// The charge named in a refund's parameters.
outcome<json*> charge_param(call& call) {
    const bool by_charge = has_value(call.params, "charge");
    const bool by_intent = has_value(call.params, "payment_intent");
    if (!by_charge && !by_intent)
        return bad_request(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            {}, "parameter_missing");
    if (by_charge) return in_param(call, "charge", "charge");
    const auto intent = in_param(call, "payment_intent", "payment_intent");
    if (!intent) return intent.error();
    auto* charge = call.in.data.find("charge", text_of(**intent, "latest_charge"));
    if (charge == nullptr || text_of(*charge, "status") != "succeeded")
        return bad_request("This PaymentIntent (" + text_of(**intent, "id") +
                               ") does not have a successful charge to refund.",
                           "payment_intent");
    return charge;
}

outcome<std::int64_t> amount_for(call& call, const json& charge) {
    const auto id = text_of(charge, "id");
    if (text_of(charge, "status") != "succeeded")
        return bad_request("Charge " + id + " has failed: there is nothing to refund.", "charge");
    if (flag_of(charge, "refunded"))
        return bad_request("Charge " + id + " has already been refunded.", {},
                           "charge_already_refunded");
    if (flag_of(charge, "disputed"))
        return bad_request("Charge " + id + " has been charged back; cannot issue a refund.", {},
                           "charge_disputed");
    const auto left = int_of(charge, "amount") - int_of(charge, "amount_refunded");
    const auto amount = int_of(call.params, "amount", left);
    const auto currency = text_of(charge, "currency");
    if (amount < 1)
        return bad_request("This value must be greater than or equal to 1.", "amount",
                           "parameter_invalid_integer");
    if (auto legal = check_last_digit(amount, currency); !legal) return legal.error();
    if (amount > left)
        return bad_request("Refund amount (" + show_amount(amount, currency) +
                               ") is greater than unrefunded amount on charge (" +
                               show_amount(left, currency) + ")",
                           "amount");
    if (!flag_of(charge, "captured") && amount != left)
        return bad_request("An uncaptured charge is refunded whole.", "amount");
    return amount;
}

outcome<json*> refund(call& call, json& charge) {
    const auto amount = amount_for(call, charge);
    if (!amount) return amount.error();
    auto row = call.in.make("refund", "re_");
    row["amount"] = *amount;
    row["charge"] = charge.at("id");
    row["currency"] = charge.at("currency");
    row["customer"] = charge.at("customer");
    row["payment_intent"] = charge.at("payment_intent");
    row["payment_method"] = charge.at("payment_method");
    take(row, call.params, {"reason", "instructions_email"});
    take_metadata(row, call.params);
    if (flag_of(charge, "captured")) {
        ledger_entry entry;
        entry.type = entry.category = "refund";
        entry.amount = -*amount;
        entry.currency = text_of(charge, "currency");
        entry.source = text_of(row, "id");
        entry.description = "REFUND FOR CHARGE";
        // A refund of money that is not available yet is pending until then.
        const auto* paid =
            call.in.data.find("balance_transaction", text_of(charge, "balance_transaction"));
        entry.available_on = paid == nullptr
                                 ? call.in.now()
                                 : std::max(call.in.now(), int_of(*paid, "available_on"));
        row["balance_transaction"] = record(call.in, entry).at("id");
    }
    const auto total = int_of(charge, "amount_refunded") + *amount;
    charge["amount_refunded"] = total;
    charge["refunded"] = total == int_of(charge, "amount");
    auto& kept = call.in.data.of("refund").add(std::move(row));
    call.in.emit("refund.created", kept);
    call.in.emit("charge.refunded", charge);
    return &kept;
}

outcome<json> create_refund(call& call) {
    const auto charge = charge_param(call);
    if (!charge) return charge.error();
    const auto row = refund(call, **charge);
    if (!row) return row.error();
    return **row;
}

outcome<json> create_for_charge(call& call) {
    const auto charge = in_path(call, "charge");
    if (!charge) return charge.error();
    const auto row = refund(call, **charge);
    if (!row) return row.error();
    return **row;
}

// The oldest route: it returns the charge.
outcome<json> refund_charge(call& call) {
    const auto charge = in_path(call, "charge");
    if (!charge) return charge.error();
    const auto row = refund(call, **charge);
    if (!row) return row.error();
    return **charge;
}

outcome<json> get_refund(call& call) {
    const auto row = in_path(call, "refund");
    if (!row) return row.error();
    return **row;
}

outcome<json*> of_charge(call& call) {
    const auto charge = in_path(call, "charge");
    if (!charge) return charge.error();
    auto row = in_path(call, "refund", 1);
    if (!row) return row.error();
    if (text_of(**row, "charge") != call.ids.at(0))
        return no_such("refund", call.ids.at(1), "id", true);
    return row;
}

outcome<json> get_of_charge(call& call) {
    const auto row = of_charge(call);
    if (!row) return row.error();
    return **row;
}

outcome<json> change(call& call, json& row) {
    take_metadata(row, call.params);
    call.in.emit("refund.updated", row);
    return row;
}

outcome<json> update_refund(call& call) {
    const auto row = in_path(call, "refund");
    if (!row) return row.error();
    return change(call, **row);
}

outcome<json> update_of_charge(call& call) {
    const auto row = of_charge(call);
    if (!row) return row.error();
    return change(call, **row);
}

// Only refunds that wait for the customer can be cancelled; card refunds never do.
outcome<json> cancel_refund(call& call) {
    const auto row = in_path(call, "refund");
    if (!row) return row.error();
    return bad_request("This refund cannot be canceled: its status is '" +
                           text_of(**row, "status") +
                           "', and only a refund that is 'requires_action' can be.",
                       {}, "resource_unexpected_state");
}

outcome<json> list_refunds(call& call) {
    return list_all(call, "refund", {"charge", "payment_intent"});
}

outcome<json> list_of_charge(call& call) {
    const auto charge = in_path(call, "charge");
    if (!charge) return charge.error();
    const auto id = call.ids.at(0);
    const auto rows = filtered(call, "refund", {},
                               [&](const json& each) { return text_of(each, "charge") == id; });
    return list_page(call, "refund", rows, "/v1/charges/" + id + "/refunds");
}

}  // namespace

void add_refunds(routes& to) {
    to.add("POST /v1/refunds", create_refund);
    to.add("GET /v1/refunds", list_refunds);
    to.add("GET /v1/refunds/{refund}", get_refund);
    to.add("POST /v1/refunds/{refund}", update_refund);
    to.add("POST /v1/refunds/{refund}/cancel", cancel_refund);
    to.add("POST /v1/charges/{charge}/refund", refund_charge);
    to.add("POST /v1/charges/{charge}/refunds", create_for_charge);
    to.add("GET /v1/charges/{charge}/refunds", list_of_charge);
    to.add("GET /v1/charges/{charge}/refunds/{refund}", get_of_charge);
    to.add("POST /v1/charges/{charge}/refunds/{refund}", update_of_charge);
}

}  // namespace tollgate::sandbox
