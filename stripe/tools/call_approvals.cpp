// Calls that people must approve: the request for approval, and the execution after it.
#include <simdjson.h>

#include "stripe/answer/error.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/tools/approval_answers.hpp"
#include "stripe/tools/approval_tasks.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/effect_text.hpp"
#include "stripe/tools/write_intent.hpp"
#include "stripe/writes/write_texts.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::approved_outcome;
using approved_step = approved_outcome::step;

approved_outcome refused_now(std::string_view code, std::string reason) {
    return {approved_step::refused, std::string(code), std::move(reason)};
}

approved_outcome tried_later(std::string_view code, std::string reason) {
    return {approved_step::later, std::string(code), std::move(reason)};
}

// The sentence in {"error":{"message":…}}.
std::string sentence_in(const std::string& text) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::string_view message;
    if (parser.parse(text).get(root) == simdjson::SUCCESS &&
        root["error"]["message"].get(message) == simdjson::SUCCESS)
        return std::string(message);
    return "The call is refused now.";
}

// The answer to a call that waits for approval, in a form that its client supports: a link to open
// for its user, a task, or a result that says how to ask again.
mcp::tool_answer waiting_answer(const tenancy::asked_approval& asked, const mcp::input_given& input,
                                base::timestamp now) {
    auto result = asked_result(asked);
    const known_approval known{{asked.approval, {}}, {}};
    result.later = task_of(known, std::string(progress_sentence(asked.approval, now)), now);
    if (asked.link.empty() || !can_open_links(input)) return result;
    return link_question(asked, std::move(result));
}

// The outcome of a call whose receipt could not be begun.
approved_outcome not_begun(const base::failure& why) {
    const bool may_work_later = why.kind == base::errc::unavailable ||
                                why.code == "approval_used" || why.code == "order_busy";
    return may_work_later ? tried_later(why.code, why.message) : refused_now(why.code, why.message);
}

// Gives the call the receipt and the key that were created for it when it was submitted for
// approval.
void name_as_approved(prepared_call& call, const storage::approval_row& approval) {
    call.receipt_id = approval.receipt_id;
    call.operation_key = approval.operation_key;
    call.key_given = approval.operation_key != approval.receipt_id;
    if (!call.request.idempotency_key.empty())
        call.request.idempotency_key = approval.operation_key;
}

// Why the current rules do not allow an approved call; nullopt if they allow it.
std::optional<approved_outcome> stopped_now(const tenancy::decision& decided,
                                            const storage::approval_row& approval) {
    if (decided.outcome == tenancy::effect::deny) return refused_now("policy", decided.reason);
    if (decided.outcome != tenancy::effect::needs_approval) return {};
    const auto& terms = decided.approval;
    if (std::int64_t{terms.needed} > approval.needed)
        return refused_now("policy", "The rule '" + decided.rule + "' now needs " +
                                         std::to_string(terms.needed) + " approvals.");
    const bool more_groups =
        tenancy::united_groups(terms.groups, approval.group_names) != approval.group_names;
    if (more_groups || (terms.by_people && !approval.by_people))
        return refused_now("policy", "The rule '" + decided.rule + "' now needs other approvers.");
    return {};
}

}  // namespace

base::awaitable<mcp::tool_answer> call_runner::ask_approval(prepared_call& call,
                                                            const tenancy::decision& by,
                                                            call_record& record) {
    record.decided(by);
    if (!has_receipt(call.called.method())) co_return cannot_approve_result(by);
    auto intent = intent_of(call, call.request);
    tenancy::approval_question question{
        .who = call.grant,
        .tool = call.called.tool_name(),
        .asked = by,
        .request_digest = intent.request_digest,
        .receipt_id = call.receipt_id,
        .operation_key = call.operation_key,
        .arguments = simdjson::minify(call.source.arguments),
        .preview = effect_text(call.arguments, call.grant, call.state ? &*call.state : nullptr),
        .client = record.event().client};
    question.order = call.order;
    if (call.declared != nullptr) question.declared = call.declared->name;
    if (call.order)
        question.preview += "\nFor the order " + mask_secrets(call.order->link.order_id) + '.';
    if (call.key_given) {
        auto known = co_await answer_repeated(call, std::move(intent), record);
        if (known) co_return std::move(*known);
    }
    record.needs_approval();
    question.audit = record.event();
    auto asked = co_await shared_.approvals.ask(std::move(question));
    if (!asked) {
        record.refused(asked.error().code);
        co_return not_asked_result(asked.error());
    }
    record.approved(asked->approval.id);
    if (!asked->repeated) record.drop();  // its record was stored with the approval
    co_return waiting_answer(*asked, call.source.input, shared_.clock.now());
}

base::awaitable<mcp::tool_answer> call_runner::answer_opened(const tenancy::grant& grant,
                                                             std::string approval_id,
                                                             call_record& record) {
    record.approved(approval_id);
    auto known = co_await find_approval(shared_, grant, std::move(approval_id));
    if (!known) {
        record.refused(known.error().code);
        co_return mcp::failed_result(refusal_text(known.error()));
    }
    record.answered(tenancy::to_string(known->approval.approval.state));
    auto found = found_task_of(*known, shared_.clock.now());
    if (found.task.state == mcp::tool_task::status::working)
        found.result.later = std::move(found.task);
    co_return std::move(found.result);
}

base::awaitable<std::optional<approved_outcome>> call_runner::decide_approved(
    prepared_call& call, rules_verdict& verdict, const storage::approval_row& approval,
    call_record& record) {
    const auto scopes = verdict.charges.scopes;
    if (auto outside = co_await outside_scope(call, scopes)) {
        if (outside->passing) {
            record.drop();
            co_return tried_later("state_unreadable", std::move(outside->decided.reason));
        }
        record.decided(outside->decided);
        co_return refused_now("policy", std::move(outside->decided.reason));
    }
    if (!verdict.needs_state() && !call.order) co_return std::nullopt;
    auto needs = verdict.charges.needs;
    if (call.order) needs.kinds |= order_states;
    auto state = co_await read_state(call, needs);
    if (!state) {
        record.drop();
        co_return tried_later(state.error().code, state.error().message);
    }
    call.state = std::move(*state);
    verdict = ask_rules(call, shared_.clock.now());
    if (call.state->passing && verdict.decided.outcome == tenancy::effect::deny) {
        record.drop();
        co_return tried_later("state_unreadable", std::move(verdict.decided.reason));
    }
    if (!call.order) co_return std::nullopt;
    if (auto why = co_await broken_order_rule(call)) {
        if (why->passing) {
            record.drop();
            co_return tried_later("state_unreadable", std::move(why->reason));
        }
        record.refused(why->rule);
        co_return refused_now(why->rule, std::move(why->reason));
    }
    co_await name_approvers(call, approval);
    co_return std::nullopt;
}

base::awaitable<tenancy::approved_outcome> call_runner::run_approved(
    const tenancy::grant& grant, const operation& called, const mcp::tool_call& call,
    const storage::approval_row& approval, call_origin origin) {
    call_record record{shared_.audit, event_of(grant, called.tool_name(), call), shared_.rules};
    record.approved(approval.id);
    auto read = read_call(grant, called, call, shared_);
    if (const auto* why = std::get_if<call_refusal>(&read)) {
        record.refused(why->rule, why->layer);
        co_return refused_now(why->rule, sentence_in(why->text));
    }
    auto& prepared = std::get<prepared_call>(read);
    prepared.order = std::move(origin.order);
    prepared.declared = origin.declared;
    name_as_approved(prepared, approval);
    auto verdict = ask_rules(prepared, shared_.clock.now());
    if (auto instead = co_await decide_approved(prepared, verdict, approval, record))
        co_return std::move(*instead);
    prepared.caps = std::move(verdict.charges.caps);
    auto intent = intent_of(prepared, prepared.request);
    if (base::as_view(intent.request_digest) != approval.request_digest) {
        record.refused("request_changed");
        co_return refused_now("request_changed",
                              "The approved arguments now mean another request to Stripe: the "
                              "account, its Stripe-Version or the tool has changed.");
    }
    if (auto stopped = stopped_now(verdict.decided, approval)) {
        record.refused(verdict.decided.rule);
        co_return std::move(*stopped);
    }
    auto out = co_await send_approved(prepared, std::move(intent), verdict.charges.counts, record);
    co_return out;
}

base::awaitable<tenancy::approved_outcome> call_runner::send_approved(
    prepared_call& call, tenancy::write_intent intent,
    const std::vector<tenancy::call_count>& counts, call_record& record) {
    intent.approval_id = record.event().approval;
    intent.audit = record.event();
    record.drop();  // an attempt may be repeated; a write's receipt makes its record
    if (const auto why = shared_.audit.refusal()) co_return tried_later(why->code, why->message);
    const auto now = shared_.clock.now();
    const auto state = co_await charge(call.grant, shared_, now);
    if (!state.verdict.allowed) co_return tried_later("rate_limit", limit_sentence(state));
    if (const auto exceeded = co_await charge_counts(call, counts, shared_))
        co_return tried_later(exceeded->rule, exceeded->reason);
    auto begun = co_await shared_.receipts.begin(std::move(intent));
    if (!begun) co_return not_begun(begun.error());
    if (begun->receipt.outcome.error_code == "store_unconfirmed")
        co_return tried_later("store_unconfirmed",
                              "The database did not say whether the intent was stored.");
    if (begun->next != tenancy::write_step::send)
        co_return refused_now("operation_key_used",
                              "A write with the same operation key was made meanwhile; its receipt "
                              "has the outcome.");
    auto request = std::move(call.request);
    co_await send_write(call, std::move(request), std::move(*begun));
    co_return approved_outcome{approved_step::begun, {}, {}};
}

}  // namespace tollgate::stripe
