// Calls whose rules ask for Stripe's state: it is read before they are decided.
#include "stripe/answer/account_state.hpp"
#include "stripe/state/state_reads.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/policy_check.hpp"
#include "stripe/tools/write_intent.hpp"
#include "stripe/writes/write_texts.hpp"

namespace tollgate::stripe {

namespace {

// A read for the same account, connected account, version and deadline as the call.
upstream_request reading(const prepared_call& call, std::string target) {
    return {.method = to_string(http_method::get),
            .target = std::move(target),
            .body = {},
            .idempotency_key = {},
            .access = call.request.access,
            .default_version = call.request.default_version,
            .deadline = call.request.deadline,
            .connected_account = call.request.connected_account};
}

// No fact of Stripe's is known, and this is why.
void note_unknown(tenancy::state_facts& out, const std::string& why) {
    out.unreadable = why;
    out.disputes_unreadable = why;
}

}  // namespace

base::awaitable<base::result<upstream_response>> call_runner::read_for_rules(
    const prepared_call& call, std::string target) {
    auto request = reading(call, std::move(target));
    const auto began = std::chrono::steady_clock::now();
    auto sent = co_await api_.send(std::move(request));
    if (shared_.exchanges != nullptr)
        shared_.exchanges->exchanged(sent ? sent->status : 0,
                                     std::chrono::steady_clock::now() - began);
    if (sent && rejects_key(*sent)) shared_.credentials.rejected(*call.grant.account);
    co_return sent;
}

base::awaitable<base::result<>> call_runner::look_up_repeats(
    const std::vector<tenancy::repeat_lookup>& repeats, tenancy::state_facts& out) {
    for (const auto& one : repeats) {
        const auto found = co_await shared_.receipts.was_counted(one.name, one.from);
        if (!found) co_return found.error();
        out.looked_up.push_back(one.name);
        if (*found) out.repeated.push_back(one.name);
    }
    co_return base::result<>{};
}

base::awaitable<base::result<tenancy::state_facts>> call_runner::read_state(
    const prepared_call& call, const tenancy::state_needs& needs) {
    tenancy::state_facts out;
    const auto looked_up = co_await look_up_repeats(needs.repeats, out);
    if (!looked_up) co_return looked_up.error();
    if (!needs_object(needs.kinds) && !needs_disputes(needs.kinds)) co_return out;
    const auto named = subject_of(call.arguments, call.target);
    if (const auto* const why = std::get_if<std::string>(&named)) {
        note_unknown(out, *why);
        co_return out;
    }
    const auto& subject = std::get<state_subject>(named);
    simdjson::dom::parser parser;
    if (needs_object(needs.kinds)) {
        const auto sent = co_await read_for_rules(call, object_target(subject));
        note_object(subject, sent, out, parser);
    }
    if (needs_disputes(needs.kinds)) {
        const auto sent = co_await read_for_rules(call, disputes_target(subject));
        note_disputes(sent, out, parser);
    }
    co_return out;
}

base::awaitable<std::optional<mcp::tool_answer>> call_runner::decide_with_state(
    prepared_call& call, rules_verdict& verdict, call_record& record) {
    if (call.key_given) {
        auto intent = intent_of(call, call.request);
        auto known = co_await answer_repeated(call, std::move(intent), record);
        if (known) co_return known;
    }
    if (auto limited = co_await charge_call(call, record)) co_return limited;
    auto state = co_await read_state(call, verdict.charges.needs);
    if (!state) {
        record.refused(state.error().code);
        co_return mcp::failed_result(unrecorded_text(state.error()));
    }
    call.state = std::move(*state);
    verdict = ask_rules(call, shared_.clock.now());
    co_return std::nullopt;
}

base::awaitable<std::optional<mcp::tool_answer>> call_runner::charge_call(prepared_call& call,
                                                                          call_record& record) {
    if (!call.charged) {
        const auto charged_at = shared_.clock.now();
        call.charged = co_await charge(call.grant, shared_, charged_at);
    }
    if (call.charged->verdict.allowed) co_return std::nullopt;
    record.refused("rate_limit");
    co_return limited_result(*call.charged);
}

}  // namespace tollgate::stripe
