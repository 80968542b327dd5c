// Refunds, by both routes.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

// The charge of a refund's parameters.
outcome<json*> charge_param(call& of) {
    const bool by_charge = has_value(of.params, "charge");
    const bool by_intent = has_value(of.params, "payment_intent");
    if (!by_charge && !by_intent)
        return bad_request(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            {}, "parameter_missing");
    if (by_charge) return in_param(of, "charge", "charge");
    const auto intent = in_param(of, "payment_intent", "payment_intent");
    if (!intent) return intent.error();
    auto* charge = of.in.data.find("charge", text_of(**intent, "latest_charge"));
    if (charge == nullptr || text_of(*charge, "status") != "succeeded")
        return bad_request("This PaymentIntent (" + text_of(**intent, "id") +
                               ") does not have a successful charge to refund.",
                           "payment_intent");
    return charge;
}

outcome<std::int64_t> amount_for(call& of, const json& charge) {
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
    const auto amount = int_of(of.params, "amount", left);
    const auto currency = text_of(charge, "currency");
    if (amount < 1)
        return bad_request("This value must be greater than or equal to 1.", "amount",
                           "parameter_invalid_integer");
    if (amount > left)
        return bad_request("Refund amount (" + show_amount(amount, currency) +
                               ") is greater than unrefunded amount on charge (" +
                               show_amount(left, currency) + ")",
                           "amount");
    if (!flag_of(charge, "captured") && amount != left)
        return bad_request("An uncaptured charge is refunded whole.", "amount");
    return amount;
}

outcome<json*> refund(call& of, json& charge) {
    const auto amount = amount_for(of, charge);
    if (!amount) return amount.error();
    auto row = of.in.make("refund", "re_");
    row["amount"] = *amount;
    row["charge"] = charge.at("id");
    row["currency"] = charge.at("currency");
    row["customer"] = charge.at("customer");
    row["payment_intent"] = charge.at("payment_intent");
    row["payment_method"] = charge.at("payment_method");
    take(row, of.params, {"reason", "instructions_email"});
    take_metadata(row, of.params);
    if (flag_of(charge, "captured")) {
        ledger_entry entry;
        entry.type = entry.category = "refund";
        entry.amount = -*amount;
        entry.currency = text_of(charge, "currency");
        entry.source = text_of(row, "id");
        entry.description = "REFUND FOR CHARGE";
        // A refund of money that is not available yet waits with it.
        const auto* paid =
            of.in.data.find("balance_transaction", text_of(charge, "balance_transaction"));
        entry.available_on =
            paid == nullptr ? of.in.now() : std::max(of.in.now(), int_of(*paid, "available_on"));
        row["balance_transaction"] = record(of.in, entry).at("id");
    }
    const auto total = int_of(charge, "amount_refunded") + *amount;
    charge["amount_refunded"] = total;
    charge["refunded"] = total == int_of(charge, "amount");
    auto& kept = of.in.data.of("refund").add(std::move(row));
    of.in.emit("refund.created", kept);
    of.in.emit("charge.refunded", charge);
    return &kept;
}

outcome<json> create(call& of) {
    const auto charge = charge_param(of);
    if (!charge) return charge.error();
    const auto row = refund(of, **charge);
    if (!row) return row.error();
    return **row;
}

outcome<json> create_for_charge(call& of) {
    const auto charge = in_path(of, "charge");
    if (!charge) return charge.error();
    const auto row = refund(of, **charge);
    if (!row) return row.error();
    return **row;
}

// The oldest route of all: it answers with the charge.
outcome<json> refund_charge(call& of) {
    const auto charge = in_path(of, "charge");
    if (!charge) return charge.error();
    const auto row = refund(of, **charge);
    if (!row) return row.error();
    return **charge;
}

outcome<json> get(call& of) {
    const auto row = in_path(of, "refund");
    if (!row) return row.error();
    return **row;
}

outcome<json*> of_charge(call& of) {
    const auto charge = in_path(of, "charge");
    if (!charge) return charge.error();
    const auto row = in_path(of, "refund", 1);
    if (!row) return row.error();
    if (text_of(**row, "charge") != of.ids.at(0))
        return no_such("refund", of.ids.at(1), "id", true);
    return row;
}

outcome<json> get_of_charge(call& of) {
    const auto row = of_charge(of);
    if (!row) return row.error();
    return **row;
}

outcome<json> change(call& of, json& row) {
    take_metadata(row, of.params);
    of.in.emit("refund.updated", row);
    return row;
}

outcome<json> update(call& of) {
    const auto row = in_path(of, "refund");
    if (!row) return row.error();
    return change(of, **row);
}

outcome<json> update_of_charge(call& of) {
    const auto row = of_charge(of);
    if (!row) return row.error();
    return change(of, **row);
}

// Only refunds that wait for the customer can be cancelled; card refunds never wait.
outcome<json> cancel(call& of) {
    const auto row = in_path(of, "refund");
    if (!row) return row.error();
    return bad_request("This refund cannot be canceled: its status is '" +
                           text_of(**row, "status") +
                           "', and only a refund that is 'requires_action' can be.",
                       {}, "resource_unexpected_state");
}

outcome<json> list(call& of) {
    return list_all(of, "refund", {"charge", "payment_intent"});
}

outcome<json> list_of_charge(call& of) {
    const auto charge = in_path(of, "charge");
    if (!charge) return charge.error();
    const auto id = of.ids.at(0);
    const auto rows =
        filtered(of, "refund", {}, [&](const json& each) { return text_of(each, "charge") == id; });
    return list_page(of, "refund", rows, "/v1/charges/" + id + "/refunds");
}

}  // namespace

void add_refunds(routes& to) {
    to.add("POST /v1/refunds", create);
    to.add("GET /v1/refunds", list);
    to.add("GET /v1/refunds/{refund}", get);
    to.add("POST /v1/refunds/{refund}", update);
    to.add("POST /v1/refunds/{refund}/cancel", cancel);
    to.add("POST /v1/charges/{charge}/refund", refund_charge);
    to.add("POST /v1/charges/{charge}/refunds", create_for_charge);
    to.add("GET /v1/charges/{charge}/refunds", list_of_charge);
    to.add("GET /v1/charges/{charge}/refunds/{refund}", get_of_charge);
    to.add("POST /v1/charges/{charge}/refunds/{refund}", update_of_charge);
}

}  // namespace tollgate::sandbox
