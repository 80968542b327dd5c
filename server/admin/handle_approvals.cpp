// Calls that wait for approval: listed, shown, approved, denied.
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/admin/addresses.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/approvals/approval_text.hpp"
#include "tenancy/approvals/approvals.hpp"
#include "tenancy/secrets/vault.hpp"
#include "tenancy/work/approval_executor.hpp"
#include "tenancy/work/approval_viewer.hpp"

namespace tollgate::admin {

namespace {

using base::result;
using tenancy::settled_approval;

// How long the answer to the last approver waits for the outcome of the call.
constexpr std::chrono::seconds outcome_timeout{20};

std::string approval_shown(const call& in, const settled_approval& found) {
    return approval_json(found.approval, found.receipt, in.tenancy.clock().now());
}

result<storage::approval_search> approval_search_of(const query_values& query) {
    storage::approval_search out;
    search_query read{query};
    if (const auto* state = read.find("state")) {
        out.state = tenancy::approval_state_named(*state);
        if (!out.state)
            read.fail("invalid_state", "state",
                      "must be pending, approved, executed, denied, expired or voided");
    }
    read.text("mcp_server_id", out.server_id);
    read.text("tool", out.tool);
    if (read.failure()) return *read.failure();
    return out;
}

// The part of an approval that an answer changes, without the call's content.
std::string noted(const tenancy::full_approval& approval) {
    std::string out = "{";
    base::json_members members{out};
    members.text("state", tenancy::to_string(approval.approval.state))
        .number("votes", static_cast<std::int64_t>(approval.votes.size()));
    if (!approval.approval.end_reason.empty())
        members.text("end_reason", approval.approval.end_reason);
    return out + '}';
}

bool still_running(const settled_approval& found) {
    if (found.approval.approval.state == storage::approval_state::approved) return true;
    return found.receipt && found.receipt->outcome.state == storage::receipt_state::intended;
}

answer vote(const call& in, bool agreed) {
    auto reason = decode_reason(in.request.body);
    if (!reason) co_return reason.error();
    const auto before = co_await in.tenancy.approvals().find(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after =
        co_await in.tenancy.approvals().vote(*in.by, in.id(0), agreed, std::move(*reason));
    if (!after) co_return after.error();
    if (after->state == storage::approval_state::approved) in.tenancy.executor().wake();
    const auto settled =
        co_await in.tenancy.executor().settle(in.by->team_id, in.id(0), outcome_timeout);
    if (!settled) co_return settled.error();
    note_change(in, noted(*before), noted(settled->approval));
    std::string body = approval_shown(in, *settled);
    if (still_running(*settled)) {
        body.back() = ',';
        base::json_members{body}.text(
            "next_step", "Enough people agreed, and the call is still being executed: GET " +
                             std::string{addresses::approvals} + '/' + in.id(0) +
                             " shows its outcome.");
        body += '}';
    }
    co_return json_response(200, std::move(body));
}

}  // namespace

answer list_approvals(const call& in) {
    const auto query =
        parse_query(in.request.query, {"state", "mcp_server_id", "tool", "limit", "cursor"});
    if (!query) co_return query.error();
    cursor_scope scope{in.tenancy.secrets(), in.by->team_id, in.request.path};
    const auto page = read_page(std::move(scope), *query);
    if (!page) co_return page.error();
    auto what = approval_search_of(*query);
    if (!what) co_return what.error();
    auto rows = co_await in.tenancy.approvals().list(in.by->team_id, std::move(*what), page->where);
    if (!rows) co_return rows.error();
    const auto now = in.tenancy.clock().now();
    co_return list_response(*page, std::move(*rows), [now](const storage::approval_row& row) {
        return tenancy::approval_json(row, now);
    });
}

answer get_approval(const call& in) {
    const auto found = co_await in.tenancy.executor().find(in.by->team_id, in.id(0));
    if (!found) co_return found.error();
    co_return json_response(200, approval_shown(in, *found));
}

answer get_approval_object(const call& in) {
    const auto read = co_await in.tenancy.approval_viewer().look(in.by->team_id, in.id(0));
    if (!read) co_return read.error();
    in.note->object_id = read->id;
    in.note->stripe_request = read->stripe_request;
    std::string says;
    for (const auto& one : read->says) {
        says += says.empty() ? "" : ",";
        base::append_json_string(says, one);
    }
    std::string body = "{";
    base::json_members{body}
        .text("approval_id", in.id(0))
        .text("kind", read->kind)
        .text("id", read->id)
        .text("dashboard_url", read->page)
        .text("read_at", base::format_timestamp(read->read_at))
        .text("stripe_request_id", read->stripe_request)
        .raw("remarks", '[' + says + ']')
        .raw("object", read->json);
    co_return json_response(200, body + '}');
}

answer approve_call(const call& in) {
    return vote(in, true);
}

answer deny_call(const call& in) {
    return vote(in, false);
}

}  // namespace tollgate::admin
