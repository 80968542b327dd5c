// Disputes: reading, evidence, closing. Stripe cannot filter them by status.
#include "stripe/sandbox/kernel/page.hpp"
#include "stripe/sandbox/resources/charging.hpp"
#include "stripe/sandbox/resources/resources.hpp"

namespace tollgate::sandbox {
namespace {

bool is_open(const json& row) {
    const auto status = text_of(row, "status");
    return status == "needs_response" || status == "warning_needs_response";
}

outcome<json*> find_dispute(call& call) {
    if (!call.op.path_template().starts_with("/v1/charges/")) return in_path(call, "dispute");
    auto charge = in_path(call, "charge");
    if (!charge) return charge;
    const auto rows = call.in.data.newest(
        "dispute", [&](const json& row) { return text_of(row, "charge") == call.ids.at(0); });
    if (rows.empty()) {
        auto error =
            bad_request("No dispute for charge: " + call.ids.at(0), {}, "charge_not_disputed");
        error.status = 404;
        return error;
    }
    return rows.front();
}

// Evidence is submitted unless submit=false. As in Stripe's test mode, an uncategorized_text of
// "winning_evidence" or "losing_evidence" decides the case at once.
outcome<json> update_dispute(call& call) {
    const auto found = find_dispute(call);
    if (!found) return found.error();
    auto& row = **found;
    const bool evidence = has_value(call.params, "evidence");
    if (evidence && !is_open(row))
        return bad_request(
            "This dispute is already closed or under review: evidence cannot be "
            "changed any more.",
            {}, "resource_unexpected_state");
    if (evidence) {
        for (const auto& [key, value] : call.params["evidence"].items())
            row["evidence"][key] = value;
        row["evidence_details"]["has_evidence"] = true;
    }
    take(row, call.params, {"intended_submission_method"});
    take_metadata(row, call.params);
    if (evidence && flag_of(call.params, "submit", true)) {
        row["status"] = "under_review";
        row["evidence_details"]["submission_count"] =
            int_of(row["evidence_details"], "submission_count") + 1;
        const auto text = text_of(row["evidence"], "uncategorized_text");
        if (text == "winning_evidence") end_dispute(call.in, row, "won");
        if (text == "losing_evidence") end_dispute(call.in, row, "lost");
    }
    call.in.emit("charge.dispute.updated", row);
    return row;
}

outcome<json> close(call& call) {
    const auto row = find_dispute(call);
    if (!row) return row.error();
    if (!is_open(**row))
        return bad_request("This dispute is already closed.", {}, "resource_unexpected_state");
    end_dispute(call.in, **row, "lost");
    return **row;
}

outcome<json> list_disputes(call& call) {
    return list_all(call, "dispute", {"charge", "payment_intent"});
}

}  // namespace

void add_disputes(routes& to) {
    to.add("GET /v1/disputes", list_disputes);
    to.add("GET /v1/disputes/{dispute}", get_found<find_dispute>);
    to.add("POST /v1/disputes/{dispute}", update_dispute);
    to.add("POST /v1/disputes/{dispute}/close", close);
    to.add("GET /v1/charges/{charge}/dispute", get_found<find_dispute>);
    to.add("POST /v1/charges/{charge}/dispute", update_dispute);
    to.add("POST /v1/charges/{charge}/dispute/close", close);
}

}  // namespace tollgate::sandbox
