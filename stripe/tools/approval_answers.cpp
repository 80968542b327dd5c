#include "stripe/tools/approval_answers.hpp"

#include <string_view>

#include "base/json_text.hpp"
#include "stripe/answer/own_error.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "tenancy/approvals/approval_rules.hpp"
#include "tenancy/approvals/approval_text.hpp"
#include "tenancy/receipts/receipt_text.hpp"

namespace tollgate::stripe {

namespace {

using storage::approval_state;

constexpr std::string_view type = "approval";

// The call by which the model finds out what happened to an approval.
std::string ask_again_json(const std::string& id) {
    std::string arguments = "{";
    base::json_members{arguments}.text(receipt_argument_name, id);
    std::string out = "{";
    base::json_members{out}.text("tool", receipt_tool_name).raw("arguments", arguments + '}');
    return out + '}';
}

mcp::tool_result object_result(std::string text, const std::string& id) {
    mcp::tool_result out;
    out.text = std::move(text);
    out.text_is_json_object = true;
    base::json_members{out.meta}.text("tollgate/approval", id);
    return out;
}

std::string_view next_step(approval_state state) {
    switch (state) {
        case approval_state::pending:
            return "Nothing was sent. A person has not decided yet: ask again later, not "
                   "in a loop. Do not repeat the call.";
        case approval_state::approved:
            return "People agreed; Tollgate is about to send the call. Ask again in a few seconds. "
                   "Do not repeat the call.";
        case approval_state::executed:
            return "Tollgate sent the call, once; receipt has its outcome. Do not repeat the call.";
        case approval_state::denied:
            return "A person refused the call; nothing was sent to Stripe. It is not to be made "
                   "again unless a person asks for it.";
        case approval_state::expired:
            return "Nobody decided in time; nothing was sent to Stripe. The same call asks again.";
        case approval_state::voided:
            break;
    }
    return "The call may not be made any more as it was approved; nothing was sent to Stripe. "
           "end_reason says why.";
}

}  // namespace

mcp::tool_result asked_result(const tenancy::asked_approval& asked) {
    const auto& row = asked.approval;
    std::string approval = "{";
    base::json_members members{approval};
    members.text("id", row.id)
        .text("state", tenancy::to_string(row.state))
        .text("expires_at", base::format_timestamp(row.expires_at));
    if (!row.reason.empty()) members.text("reason", mask_secrets(row.reason));
    if (row.needed > 1) members.number("approvals_needed", row.needed);
    if (!asked.link.empty()) members.text("link", asked.link);
    members.raw("ask_again", ask_again_json(row.id));
    std::string message =
        row.needed > 1
            ? "Nothing was sent. " + std::to_string(row.needed) + " people must agree to this call"
            : std::string("Nothing was sent. A person must agree to this call");
    message +=
        ", outside this conversation; Tollgate then makes it by itself, once. Do not repeat "
        "the call: ask with get_receipt what became of it.";
    if (asked.repeated) message += " This call was asked for before, and is still waiting.";
    std::string out = "{";
    base::json_members{out}.raw("approval", approval + '}').text("message", message);
    return object_result(out + '}', row.id);
}

mcp::tool_result cannot_approve_result(const tenancy::decision& decided) {
    return mcp::failed_result(own_error_text(
        type, "approval_impossible",
        mask_secrets(decided.reason) +
            " A rule asks for approval of this call, and calls that only read cannot be approved.",
        "Nothing was sent. An administrator can let the rule '" + decided.rule +
            "' allow or deny reads."));
}

mcp::tool_result not_asked_result(const base::failure& why) {
    std::string_view next = "Nothing was sent. The same call may work later.";
    if (why.kind == base::errc::limit_exceeded)
        next = "Nothing was sent. People must decide on the waiting calls first.";
    if (why.kind == base::errc::invalid_argument)
        next = "Nothing was sent. A smaller call can be approved.";
    return mcp::failed_result(own_error_text(type, why.code, why.message, next));
}

std::string_view progress_sentence(const storage::approval_row& approval, base::timestamp now) {
    return next_step(tenancy::state_at(approval, now));
}

mcp::tool_result progress_result(const tenancy::approval_progress& approval,
                                 const std::optional<storage::receipt_row>& receipt,
                                 base::timestamp now) {
    const auto& row = approval.approval;
    std::string out = "{";
    base::json_members members{out};
    members.raw("approval", mask_secrets(approval_brief_json(approval, now)));
    if (receipt) members.raw("receipt", receipt_json(*receipt, tenancy::receipt_view::brief));
    members.text("next_step", progress_sentence(row, now));
    return object_result(out + '}', row.id);
}

}  // namespace tollgate::stripe
