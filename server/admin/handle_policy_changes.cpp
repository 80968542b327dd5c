// Policy changes that wait for a second person: listed, shown, confirmed, refused.
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/query.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/admin/policy_changes.hpp"

namespace tollgate::admin {

namespace {

void put_or_null(base::json_members& to, std::string_view key, std::string_view value) {
    if (value.empty())
        to.raw(key, "null");
    else
        to.text(key, value);
}

// The part of a change that a decision changes, without the rules.
std::string noted(const storage::policy_change_row& row, base::timestamp now) {
    std::string out = "{";
    base::json_members members{out};
    members.text("state", tenancy::state_name(row, now));
    if (!row.reason.empty()) members.text("reason", row.reason);
    return out + '}';
}

answer decide(const call& in, bool confirmed) {
    auto reason = decode_reason(in.request.body);
    if (!reason) co_return reason.error();
    const auto before = co_await in.tenancy.policy_changes().find(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after = co_await in.tenancy.policy_changes().decide(*in.by, in.id(0), confirmed,
                                                                   std::move(*reason));
    if (!after) co_return after.error();
    const auto now = in.tenancy.clock().now();
    note_change(in, noted(*before, now), noted(*after, now));
    co_return json_response(200, policy_change_json(*after, now));
}

}  // namespace

std::string policy_change_json(const storage::policy_change_row& row, base::timestamp now) {
    std::string out = "{";
    base::json_members members{out};
    members.text("id", row.id).text("state", tenancy::state_name(row, now));
    members.text("what", row.ends_setting ? "setting" : "rules").text("team_id", row.team_id);
    put_or_null(members, "integrated_account_id", row.account_id);
    members.number("base_version", row.base_version);
    members.raw("rules", row.ends_setting ? std::string_view{"null"} : row.rules);
    members.text("asked_by", row.asked_by)
        .text("asked_at", base::format_timestamp(row.asked_at))
        .text("expires_at", base::format_timestamp(row.expires_at));
    put_or_null(members, "decided_by", row.decided_by);
    put_or_null(members, "decided_at",
                row.decided_at ? base::format_timestamp(*row.decided_at) : std::string{});
    put_or_null(members, "reason", row.reason);
    return out + '}';
}

answer list_policy_changes(const call& in) {
    const auto query = parse_query(in.request.query, {"state"});
    if (!query) co_return query.error();
    const auto state = query->find("state");
    const bool pending = state != query->end();
    if (pending && state->second != "pending")
        co_return base::invalid("invalid_state", "state must be pending, or left out for all",
                                "state");
    const auto rows = co_await in.tenancy.policy_changes().list(in.by->team_id, pending);
    if (!rows) co_return rows.error();
    const auto now = in.tenancy.clock().now();
    std::string out = R"({"result":[)";
    for (const auto& row : *rows)
        out += (out.back() == '[' ? "" : ",") + policy_change_json(row, now);
    co_return json_response(200, out + "]}");
}

answer get_policy_change(const call& in) {
    const auto row = co_await in.tenancy.policy_changes().find(in.by->team_id, in.id(0));
    if (!row) co_return row.error();
    co_return json_response(200, policy_change_json(*row, in.tenancy.clock().now()));
}

answer confirm_policy_change(const call& in) {
    return decide(in, true);
}

answer refuse_policy_change(const call& in) {
    return decide(in, false);
}

}  // namespace tollgate::admin
