// The outcome of a write that the gateway could not find out, stated by a person.
#include <algorithm>
#include <utility>

#include "storage/changes/receipts.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tenancy/receipts/receipt_rules.hpp"
#include "tenancy/receipts/receipts.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using storage::receipt_row;
using storage::receipt_state;

constexpr std::size_t reason_bytes_max = 500;
constexpr std::size_t object_id_bytes_max = 255;

result<> check_stated(const stated_outcome& stated) {
    const bool blank = stated.reason.find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank || stated.reason.size() > reason_bytes_max || !is_storable(stated.reason))
        return base::invalid("invalid_reason",
                             "reason must say in 1 to 500 bytes how the outcome is known",
                             "reason");
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
    if (stated.object_id.size() > object_id_bytes_max ||
        !std::ranges::all_of(stated.object_id, is_plain))
        return base::invalid("invalid_object_id",
                             "object_id must be an id of at most 255 printable characters",
                             "object_id");
    if (!stated.object_id.empty() && !stated.succeeded)
        return base::invalid("invalid_object_id", "a write that failed has made no object",
                             "object_id");
    return {};
}

base::failure not_unknown(const receipt_row& row) {
    if (row.outcome.state == receipt_state::succeeded || row.outcome.state == receipt_state::failed)
        return base::fail(
            base::errc::conflict, "outcome_known",
            "the outcome of this write is known: " + std::string(to_string(row.outcome.state)));
    return base::fail(base::errc::conflict, "receipt_in_progress",
                      "this write is being sent, or its outcome is being looked for: look at its "
                      "receipt again in a minute");
}

audit_event event_of_statement(const api_key& by, const receipt_row& row) {
    audit_event out;
    out.kind = audit_kind::write_resolved;
    out.team_id = row.team_id;
    out.actor = by.id;
    out.account_id = row.account_id;
    out.server_id = row.server_id;
    out.tool = row.tool;
    out.receipt_id = row.id;
    out.changed_from = R"({"state":"unknown"})";
    out.changed_to = R"({"state":")" + std::string(to_string(row.outcome.state)) + "\"}";
    out.outcome = to_string(row.outcome.state);
    out.error_code = row.outcome.error_code;
    out.object_id = row.outcome.object_id;
    return out;
}

}  // namespace

awaitable<result<receipt_row>> receipts::settle(const api_key& by, std::string id,
                                                stated_outcome stated) {
    if (const auto good = check_stated(stated); !good) co_return good.error();
    auto found = co_await find(by.team_id, std::move(id));
    if (!found) co_return found.error();
    receipt_row row = std::move(*found);
    if (row.outcome.state != receipt_state::unknown) co_return not_unknown(row);
    const base::timestamp now = env_.clock.now();
    row.outcome.state = stated.succeeded ? receipt_state::succeeded : receipt_state::failed;
    row.outcome.error_code = stated.succeeded ? "" : "stated_failed";
    if (stated.succeeded && !stated.object_id.empty())
        row.outcome.object_id = std::move(stated.object_id);
    // What is added to the refunds of an order names the refund.
    if (stated.succeeded && !row.order_id.empty() && row.outcome.object_id.empty())
        co_return base::invalid("invalid_object_id",
                                "this write is a refund of an order: object_id must be the id of "
                                "the refund",
                                "object_id");
    row.finished_at = now;
    row.resolve_at.reset();
    row.settled_by = by.id;
    row.settled_reason = std::move(stated.reason);
    std::vector<storage::change> changes{storage::settle_receipt{
        row.team_id, row.id, row.attempts, row.outcome, now, row.settled_by, row.settled_reason,
        audit_row_of(event_of_statement(by, row), now)}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored && stored.error().code == "receipt_changed") {
        const auto after = co_await find(row.team_id, row.id);
        if (!after) co_return after.error();
        co_return not_unknown(*after);
    }
    if (!stored) co_return stored.error();
    env_.log.info("receipt_settled", {{"team", row.team_id},
                                      {"receipt", row.id},
                                      {"state", to_string(row.outcome.state)},
                                      {"key", by.id}});
    co_return row;
}

}  // namespace tollgate::tenancy
