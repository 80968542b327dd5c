#include "tenancy/approvals/approval_text.hpp"

#include <string_view>

#include "base/json_text.hpp"
#include "tenancy/receipts/receipt_text.hpp"
#include "tenancy/rules/gateway_paths.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::tenancy {

namespace {

using storage::approval_row;
using storage::approval_state;

void put_text(base::json_members& to, std::string_view key, std::string_view value) {
    if (value.empty())
        to.raw(key, "null");
    else
        to.text(key, value);
}

void put_time(base::json_members& to, std::string_view key,
              const std::optional<storage::timestamp>& value) {
    put_text(to, key, value ? base::format_timestamp(*value) : std::string{});
}

// Why it is expired, also before that is recorded.
std::string_view end_code_at(const approval_row& approval, base::timestamp now) {
    const bool unrecorded = approval.state != state_at(approval, now);
    return unrecorded ? std::string_view{"expired"} : std::string_view{approval.end_code};
}

void put_approval(base::json_members& to, const approval_row& approval, base::timestamp now) {
    to.text("id", approval.id).text("state", to_string(state_at(approval, now)));
    to.text("tool", approval.tool);
    to.text("integrated_account_id", approval.account_id);
    to.text("mcp_server_id", approval.server_id);
    to.text("layer", approval.layer).text("rule", approval.rule);
    to.number("policy_version", approval.policy_version);
    put_text(to, "reason", approval.reason);
    to.text("asked_by", approval.asked_by);
    put_text(to, "client", approval.client);
    put_text(to, "holder", approval.holder);
    to.number("approvals_needed", approval.needed);
    to.text("approvals_by", approval.by_people ? "people" : "anyone");
    to.raw("approver_groups", groups_json(approval.group_names));
    to.text("operation_key", approval.operation_key);
    to.text("receipt_id", approval.receipt_id);
    put_text(to, "end_code", end_code_at(approval, now));
    put_text(to, "end_reason", approval.end_reason);
    put_time(to, "created_at", approval.created_at);
    put_time(to, "expires_at", approval.expires_at);
    put_time(to, "decided_at", approval.decided_at);
    put_time(to, "ended_at", approval.ended_at);
}

std::string votes_json(const std::vector<named_vote>& votes) {
    std::string out = "[";
    for (const auto& one : votes) {
        std::string item = "{";
        base::json_members members{item};
        members.text("approver", one.key);
        members.text("kind", one.key.starts_with("per_") ? "person" : "api_key");
        put_text(members, "name", one.name);
        members.text("verdict", one.vote.agreed ? "approve" : "deny");
        put_text(members, "reason", one.vote.reason);
        put_time(members, "at", one.vote.voted_at);
        out += (out.size() > 1 ? "," : "") + item + '}';
    }
    return out + ']';
}

std::int64_t agreed(const std::vector<storage::approval_vote>& votes) {
    std::int64_t out = 0;
    for (const auto& one : votes) out += one.agreed ? 1 : 0;
    return out;
}

// What the approvers said, in their order.
std::string reasons(const std::vector<storage::approval_vote>& votes) {
    std::string out;
    for (const auto& one : votes)
        if (!one.reason.empty()) out += (out.empty() ? "" : "; ") + one.reason;
    return out;
}

}  // namespace

std::string approval_link(std::string_view approval_id, std::string_view base) {
    if (base.empty() || approval_id.empty()) return {};
    return std::string{base}
        .append(gateway_paths::console)
        .append(gateway_paths::console_approval)
        .append(approval_id);
}

std::string approval_json(const approval_row& approval, base::timestamp now) {
    std::string out = "{";
    base::json_members members{out};
    put_approval(members, approval, now);
    return out + '}';
}

std::string approval_json(const full_approval& approval,
                          const std::optional<storage::receipt_row>& receipt, base::timestamp now) {
    std::string out = "{";
    base::json_members members{out};
    put_approval(members, approval.approval, now);
    put_text(members, "preview", approval.content.preview);
    const auto& arguments = approval.content.arguments;
    members.raw("arguments", arguments.empty() ? std::string_view{"null"} : arguments);
    members.raw("votes", votes_json(approval.votes));
    members.raw("receipt", receipt ? receipt_json(*receipt, receipt_view::full) : "null");
    return out + '}';
}

std::string approval_brief_json(const approval_progress& approval, base::timestamp now) {
    const approval_row& row = approval.approval;
    const auto state = state_at(row, now);
    std::string out = "{";
    base::json_members members{out};
    members.text("id", row.id).text("state", to_string(state)).text("tool", row.tool);
    if (!row.reason.empty()) members.text("reason", row.reason);
    if (row.needed > 1)
        members.number("approvals_given", agreed(approval.votes))
            .number("approvals_needed", row.needed);
    members.text("created_at", base::format_timestamp(row.created_at));
    if (state == approval_state::pending)
        members.text("expires_at", base::format_timestamp(row.expires_at));
    if (const auto code = end_code_at(row, now); !code.empty()) members.text("end_code", code);
    if (state == approval_state::voided) members.text("end_reason", row.end_reason);
    if (const auto said = reasons(approval.votes); !said.empty())
        members.text("approver_reason", said);
    return out + '}';
}

}  // namespace tollgate::tenancy
