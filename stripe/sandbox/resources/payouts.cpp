#include "stripe/sandbox/resources/payouts.hpp"

#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::string_view bank_account = "ba_1TollgateSandboxBank00";

json& keep_payout(world& in, json row, std::int64_t arrival) {
    row["arrival_date"] = arrival;
    row["destination"] = bank_account;
    ledger_entry entry;
    entry.type = entry.category = "payout";
    entry.amount = -int_of(row, "amount");
    entry.currency = text_of(row, "currency");
    entry.source = text_of(row, "id");
    entry.description = "STRIPE PAYOUT";
    entry.available_on = in.now();
    auto& moved = record(in, entry);
    row["balance_transaction"] = moved["id"];
    if (flag_of(row, "automatic")) moved["_payout"] = row["id"];
    auto& kept = in.data.of("payout").add(std::move(row));
    in.emit("payout.created", kept);
    return kept;
}

outcome<json> create_payout(call& call) {
    const auto amount = int_of(call.params, "amount");
    const auto currency = text_of(call.params, "currency");
    if (auto legal = check_amount(amount, currency); !legal) return legal.error();
    const auto have = sum(call.in).available[currency];
    if (amount > have) {
        return bad_request(
            "You have insufficient funds in your Stripe account for this transfer. "
            "Your available balance in " +
                currency + " is " + show_amount(have, currency) + ".",
            "amount", "balance_insufficient");
    }
    auto row = call.in.make("payout", "po_");
    row["amount"] = amount;
    row["currency"] = currency;
    take(row, call.params, {"description", "method", "statement_descriptor", "source_type"});
    take_metadata(row, call.params);
    const bool instant = text_of(row, "method") == "instant";
    const auto arrival = instant ? call.in.now() + 30 * 60 : (call.in.now() / day_s + 2) * day_s;
    return keep_payout(call.in, std::move(row), arrival);
}

outcome<json> get_payout(call& call) {
    const auto row = in_path(call, "payout");
    if (!row) return row.error();
    return **row;
}

outcome<json> update_payout(call& call) {
    const auto row = in_path(call, "payout");
    if (!row) return row.error();
    take_metadata(**row, call.params);
    call.in.emit("payout.updated", **row);
    return **row;
}

// Returns the money to the balance.
void return_money(world& in, const json& row, std::string_view type) {
    ledger_entry entry;
    entry.type = type;
    entry.category = "payout_reversal";
    entry.amount = int_of(row, "amount");
    entry.currency = text_of(row, "currency");
    entry.source = text_of(row, "id");
    entry.description = "STRIPE PAYOUT CANCELED";
    entry.available_on = in.now();
    record(in, entry);
}

outcome<json> cancel_payout(call& call) {
    const auto row = in_path(call, "payout");
    if (!row) return row.error();
    if (text_of(**row, "status") != "pending" || flag_of(**row, "automatic"))
        return bad_request(
            "Payouts can be canceled only while they are pending, and only those "
            "that were created by hand. This one is " +
                text_of(**row, "status") + ".",
            {}, "payout_not_allowed");
    (**row)["status"] = "canceled";
    return_money(call.in, **row, "payout_cancel");
    call.in.emit("payout.canceled", **row);
    return **row;
}

outcome<json> list_payouts(call& call) {
    return list_all(call, "payout", {"status", "destination"});
}

}  // namespace

json* automatic_payout(world& in, std::string_view currency, std::int64_t arrival) {
    std::vector<json*> parts;
    std::int64_t total = 0;
    for (const auto& row : in.data.of("balance_transaction").rows()) {
        const bool ready = text_of(*row, "currency") == currency &&
                           text_of(*row, "status") == "available" && !row->contains("_payout") &&
                           !text_of(*row, "type").starts_with("payout");
        if (!ready) continue;
        parts.push_back(row.get());
        total += int_of(*row, "net");
    }
    if (total <= 0) return nullptr;
    auto row = in.make("payout", "po_");
    row["amount"] = total;
    row["currency"] = currency;
    row["automatic"] = true;
    row["description"] = "STRIPE PAYOUT";
    row["reconciliation_status"] = "completed";
    for (auto* part : parts) (*part)["_payout"] = row["id"];
    return &keep_payout(in, std::move(row), arrival);
}

void add_payouts(routes& to) {
    to.add("POST /v1/payouts", create_payout);
    to.add("GET /v1/payouts", list_payouts);
    to.add("GET /v1/payouts/{payout}", get_payout);
    to.add("POST /v1/payouts/{payout}", update_payout);
    to.add("POST /v1/payouts/{payout}/cancel", cancel_payout);
}

}  // namespace tollgate::sandbox
