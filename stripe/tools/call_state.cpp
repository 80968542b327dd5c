// Calls whose rules need Stripe's state, which is read before the calls are decided.
#include "stripe/answer/account_state.hpp"
#include "stripe/request/form_writer.hpp"
#include "stripe/scope/scoped_call.hpp"
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

// Records that no fact of Stripe's state is known, and why.
void note_unknown(tenancy::state_facts& out, const std::string& why) {
    out.unreadable = why;
    out.disputes_unreadable = why;
}

outside_call outside_of(const tenancy::scope_use& use, tenancy::violation why) {
    const bool passing = why.passing;
    return {tenancy::refused_by(use, std::move(why)), passing};
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

base::awaitable<std::optional<tenancy::violation>> call_runner::prove(const prepared_call& call,
                                                                      const state_subject& subject,
                                                                      const data_limits& limits) {
    const auto sent = co_await read_for_rules(call, subject.target);
    auto [why, passing] = unusable(sent);
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (why.empty() && parser.parse(sent->body).get(object) != simdjson::SUCCESS)
        why = "Stripe's answer is not an object.";
    if (!why.empty())
        co_return tenancy::violation{
            .reason = "Whether " + subject.id + " is inside could not be read: " + why,
            .remedy = {},
            .passing = passing};
    if (text_member(object, "id") == subject.id && is_inside(object, limits))
        co_return std::nullopt;
    co_return tenancy::violation{
        subject.id +
            " is outside the scope of this MCP server, or does not show that it is inside.",
        {}};
}

base::awaitable<std::optional<outside_call>> call_runner::outside_scope(
    prepared_call& call, const std::vector<tenancy::scope_use>& scopes) {
    call.data.scopes = scopes;
    call.data.now = shared_.clock.now();
    const std::string_view acts_for = call.request.connected_account.empty()
                                          ? std::string_view(call.grant.account->stripe_account)
                                          : call.request.connected_account;
    const scoped_call asked{call.arguments, call.target, acts_for};
    std::vector<std::string> proven;
    if (!scopes.empty() && call.aggregate && !call.own.expanded.empty())
        co_return outside_of(scopes.front(), {"Totals within a scope cannot use expanded objects.",
                                              "Leave them out."});
    for (const auto& use : scopes) {
        if (auto why = outside_by_arguments(asked, *use.scope))
            co_return outside_of(use, std::move(*why));
        auto proofs = proofs_of(asked, *use.scope);
        if (auto* const why = std::get_if<tenancy::violation>(&proofs))
            co_return outside_of(use, std::move(*why));
        const data_limits one{{use}, {}, call.data.now};
        for (const auto& subject : std::get<std::vector<state_subject>>(proofs)) {
            if (auto why = co_await prove(call, subject, one))
                co_return outside_of(use, std::move(*why));
            proven.push_back(subject.id);
        }
    }
    call.data.proven = std::move(proven);
    for (const auto& use : scopes) {
        const auto customer = customer_to_add(call.arguments, *use.scope);
        if (customer.empty()) continue;
        append_query_pair(call.request.target, "customer", customer);
        break;
    }
    co_return std::nullopt;
}

std::optional<tenancy::decision> call_runner::narrow(prepared_call& call,
                                                     base::result<upstream_response>& sent) {
    const bool good = sent && sent->status >= 200 && sent->status < 300;
    if (!good || !call.data.any()) return {};
    auto inside = body_inside(call.called, sent->body, call.data, parser_);
    if (!inside)
        return tenancy::refused_by(
            call.data.scopes.front(),
            {"The object is outside the scope of this MCP server, or does not show that it is "
             "inside.",
             {}});
    sent->body = std::move(inside->text);
    call.narrowed = std::move(*inside);
    return {};
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
    const bool reads = verdict.needs_state() || call.called.method() != http_method::get;
    if (reads)
        if (auto limited = co_await charge_call(call, record)) co_return limited;
    const auto scopes = verdict.charges.scopes;
    if (auto outside = co_await outside_scope(call, scopes)) {
        outside->decided.observed = std::move(verdict.decided.observed);
        outside->decided.excepted = std::move(verdict.decided.excepted);
        verdict.decided = std::move(outside->decided);
        co_return std::nullopt;
    }
    if (!verdict.needs_state() && !call.order) co_return std::nullopt;
    // An equal earlier call may have changed the state, so its receipt is checked first.
    if (call.key_given) {
        auto intent = intent_of(call, call.request);
        auto known = co_await answer_repeated(call, std::move(intent), record);
        if (known) co_return known;
    }
    auto needs = verdict.charges.needs;
    if (call.order) needs.kinds |= order_states;
    auto state = co_await read_state(call, needs);
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
