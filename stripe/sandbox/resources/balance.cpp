// The balance and its transactions.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/ledger.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

json parts(const std::map<std::string, std::int64_t>& sums,
           const std::map<std::string, std::int64_t>& other) {
    json out = json::array();
    auto all = sums;
    for (const auto& [currency, amount] : other) all.try_emplace(currency, 0);
    all.try_emplace("usd", 0);
    for (const auto& [currency, amount] : all)
        out.push_back(
            {{"amount", amount}, {"currency", currency}, {"source_types", {{"card", amount}}}});
    return out;
}

outcome<json> get_balance(call& call) {
    const auto sums = sum(call.in);
    json out{{"object", "balance"}};
    out["available"] = parts(sums.available, sums.pending);
    out["livemode"] = false;
    out["pending"] = parts(sums.pending, sums.available);
    out["refund_and_dispute_prefunding"] = {{"available", json::array()},
                                            {"pending", json::array()}};
    return out;
}

outcome<json> get_balance_transaction(call& call) {
    const auto row = in_path(call, "balance_transaction");
    if (!row) return row.error();
    return **row;
}

outcome<json> list_balance_transactions(call& call) {
    std::string payout;
    if (has_value(call.params, "payout")) {
        const auto found = in_param(call, "payout", "payout");
        if (!found) return found.error();
        if (!flag_of(**found, "automatic"))
            return bad_request(
                "Balance transaction history can only be filtered on automatic transfers, not "
                "manual.",
                "payout");
        payout = text_of(**found, "id");
    }
    return list_all(
        call, "balance_transaction", {"currency", "source", "type"},
        [&](const json& row) { return payout.empty() || text_of(row, "_payout") == payout; });
}

}  // namespace

void add_balance(routes& to) {
    to.add("GET /v1/balance", get_balance);
    to.add("GET /v1/balance_transactions", list_balance_transactions);
    to.add("GET /v1/balance_transactions/{id}", get_balance_transaction);
    to.add("GET /v1/balance/history", list_balance_transactions);
    to.add("GET /v1/balance/history/{id}", get_balance_transaction);
}

}  // namespace tollgate::sandbox
