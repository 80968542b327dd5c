#include "stripe/tools/approval_tasks.hpp"

#include <algorithm>
#include <string_view>

#include "base/json_text.hpp"
#include "stripe/tools/approval_answers.hpp"
#include "tenancy/approvals/approval_rules.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

using status = mcp::tool_task::status;
using storage::approval_state;
using storage::receipt_state;

// How long after the approval's expiry a client should still wait before it gives the task up.
constexpr std::chrono::hours after_expiry{24};
constexpr std::chrono::seconds poll_for_people{5};
constexpr std::chrono::seconds poll_for_stripe{1};

constexpr std::string_view question_key = "approval";
// Precedes the approval's id in the state that is returned with the answer.
constexpr std::string_view state_mark = "approval ";

// True if the outcome may still become known without another call.
bool is_open(const known_approval& known, approval_state state) {
    if (state == approval_state::pending || state == approval_state::approved) return true;
    if (state != approval_state::executed || !known.receipt) return false;
    const auto& receipt = *known.receipt;
    return receipt.outcome.state == receipt_state::intended ||
           (receipt.outcome.state == receipt_state::unknown && receipt.resolve_at.has_value());
}

status status_of(const known_approval& known, approval_state state) {
    if (is_open(known, state)) return status::working;
    const bool withdrawn = known.approval.approval.end_code == tenancy::withdrawn_code;
    return withdrawn ? status::cancelled : status::completed;
}

base::timestamp last_change(const known_approval& known) {
    const auto& row = known.approval.approval;
    auto out = std::max({row.created_at, row.decided_at.value_or(row.created_at),
                         row.ended_at.value_or(row.created_at)});
    if (known.receipt) out = std::max(out, known.receipt->finished_at.value_or(out));
    return out;
}

}  // namespace

base::awaitable<base::result<known_approval>> find_approval(const tool_services& services,
                                                            const tenancy::grant& grant,
                                                            std::string id) {
    auto found = co_await services.approvals.find_for(grant, std::move(id));
    if (!found) co_return found.error();
    known_approval out{std::move(*found), {}};
    if (out.approval.approval.state == approval_state::executed) {
        std::string key = out.approval.approval.operation_key;
        auto of = co_await services.receipts.find_for(grant, std::move(key));
        if (!of) co_return of.error();
        out.receipt = std::move(*of);
    }
    co_return out;
}

mcp::tool_task task_of(const known_approval& known, std::string message, base::timestamp now) {
    const auto& row = known.approval.approval;
    const auto state = tenancy::state_at(row, now);
    const auto stands =
        std::chrono::duration_cast<std::chrono::milliseconds>(row.expires_at - row.created_at);
    return {.id = row.id,
            .state = status_of(known, state),
            .message = std::move(message),
            .created_at = row.created_at,
            .updated_at = last_change(known),
            .lifetime = stands + after_expiry,
            .poll_interval = state == approval_state::pending ? poll_for_people : poll_for_stripe};
}

mcp::found_task found_task_of(const known_approval& known, base::timestamp now) {
    auto result = progress_result(known.approval, known.receipt, now);
    auto task = task_of(known, std::string(progress_sentence(known.approval.approval, now)), now);
    const bool succeeded =
        known.receipt && known.receipt->outcome.state == receipt_state::succeeded;
    result.is_error = task.state == status::completed && !succeeded;
    return {std::move(task), std::move(result)};
}

bool can_open_links(const mcp::input_given& input) {
    dom::object elicitation;
    dom::object url;
    return input.capabilities &&
           input.capabilities->at_key("elicitation").get(elicitation) == simdjson::SUCCESS &&
           elicitation.at_key("url").get(url) == simdjson::SUCCESS;
}

mcp::tool_question link_question(const tenancy::asked_approval& asked, mcp::tool_result otherwise) {
    std::string params = "{";
    base::json_members{params}
        .text("mode", "url")
        .text("elicitationId", asked.approval.id)
        .text("url", asked.link)
        .text("message",
              "A person must agree to this call before it is sent to Stripe. The page shows what "
              "would be sent; whoever may decide signs in there.");
    std::string request = "{";
    base::json_members{request}.text("method", "elicitation/create").raw("params", params + '}');
    mcp::tool_question out;
    base::json_members{out.needs.requests}.raw(question_key, request + '}');
    out.needs.state = std::string(state_mark) + asked.approval.id;
    out.otherwise = std::move(otherwise);
    return out;
}

std::string approval_asked_for(const mcp::input_given& input) {
    if (!input.state.starts_with(state_mark)) return {};
    return input.state.substr(state_mark.size());
}

}  // namespace tollgate::stripe
