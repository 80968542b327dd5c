// issue_refund: a preview first, then an ordinary refund that is linked to its order.
#include <simdjson.h>

#include <array>

#include "stripe/answer/text.hpp"
#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/refund_choice.hpp"
#include "stripe/operations/write_by_tool.hpp"
#include "stripe/tools/approval_tasks.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::array<std::string_view, 3> stripe_reasons{"duplicate", "fraudulent",
                                                         "requested_by_customer"};

// The arguments of the refund. Stripe has only three reasons; any other reason is recorded in the
// refund log only.
std::string refund_arguments(const storage::order_link& link) {
    std::string out = "{";
    base::json_members members{out};
    members.text(link.payment_id.starts_with("pi_") ? "payment_intent" : "charge", link.payment_id)
        .number("amount", link.amount);
    for (const auto known : stripe_reasons)
        if (link.reason == known) members.text("reason", known);
    return out + '}';
}

mcp::tool_result broken_result(const operation_context& in, const broken_rule& why) {
    in.record.refused(why.rule);
    return mcp::failed_result(broken_text(why));
}

// The result if no order is named and there is not exactly one candidate.
mcp::tool_result choice_result(const operation_context& in, const order_choice& choice) {
    in.record.answered("asked");
    std::string list;
    bool any = false;
    const auto at = in.shared.now_for_refunds();
    for (const auto& one : choice.orders) {
        auto json = order_json(one, in.grant);
        json.back() = ',';
        const auto why = broken_by_order(refund_of(in, one, in.given.number("amount")), one, at);
        base::json_members members{json};
        members.truth("refundable", !why);
        if (why) members.text("refused_by", why->rule).text("why", mask_secrets(why->reason));
        any = any || !why;
        list += (list.empty() ? "" : ",") + json + '}';
    }
    operation_answer answer{in};
    answer.members()
        .truth("done", false)
        .text("message", any ? "Nothing was sent. Several orders can be meant: ask the user which, "
                               "and call again with order (or order: latest for the newest)."
                             : "Nothing was sent. No order of this customer can be refunded with "
                               "these arguments.")
        .raw("orders", '[' + list + ']');
    if (choice.more) answer.members().truth("more_orders", true);
    return answer.result();
}

// The result if no customer in the orders has that e-mail address or id.
mcp::tool_result unknown_customer(const operation_context& in, const customer_query& customer) {
    return broken_result(
        in, {"order_owner", "No customer " + customer.words() + " is among the orders.",
             "Refunds are made of an order of the customer who is named. lookup_customer shows who "
             "is known; a payment without an order is refunded by create_a_stripe_refund, if this "
             "MCP server has it and its rules allow that."});
}

void write_approval(base::json_members& into, const tenancy::decision& decided) {
    if (decided.outcome != tenancy::effect::needs_approval) {
        into.raw("approval", "null");
        return;
    }
    std::string out = "{";
    base::json_members{out}
        .text("rule", decided.rule)
        .text("reason", mask_secrets(decided.reason))
        .number("approvals_needed", decided.approval.needed)
        .text("approvals_by", decided.approval.by_people ? "people" : "anyone")
        .raw("approver_groups", tenancy::groups_json(decided.approval.groups));
    into.raw("approval", out + '}');
}

std::int64_t age_in_days(const operation_context& in, const storage::order_row& order) {
    return std::chrono::floor<std::chrono::days>(in.shared.clock.now() - order.created_at).count();
}

mcp::tool_result preview_result(const operation_context& in, const storage::order_row& order,
                                const tenancy::order_refund& asked, const write_forecast& seen) {
    const auto& link = asked.link;
    std::string refund = "{";
    base::json_members members{refund};
    write_money(members, "amount", link.amount, link.currency);
    members.text("currency", link.currency).raw("payment", shown_json(link.payment_id, in.grant));
    if (!link.reason.empty()) members.raw("reason", shown_json(link.reason, in.grant));
    members.number("order_age_days", age_in_days(in, order));
    write_money(members, "order_remains_after", order.amount - order.refunded - link.amount,
                order.currency);
    write_money(members, "payment_remains_after", *seen.state.remaining - link.amount,
                link.currency);
    operation_answer answer{in};
    answer.members()
        .truth("done", false)
        .text("message",
              "Nothing was sent. This would refund " + money_words(link.amount, link.currency) +
                  " of the order " + mask_secrets(order.id) +
                  ". Show it to the user; when they agree, make the same call with order and "
                  "confirmed: true." +
                  (seen.decided.outcome == tenancy::effect::needs_approval
                       ? " A person must then approve it outside this conversation."
                       : ""))
        .raw("refund", refund + '}')
        .raw("order", order_json(order, in.grant));
    write_approval(answer.members(), seen.decided);
    return answer.result();
}

// True if a call that people must approve was not made, or its outcome is unknown, according to the
// states of its approval and its receipt.
bool is_held(std::string_view answer) {
    simdjson::dom::parser parser;
    simdjson::dom::object root;
    std::string_view state;
    const simdjson::padded_string text{answer};
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["approval"]["state"].get(state) != simdjson::SUCCESS)
        return false;
    if (state != "executed") return true;
    return root["receipt"]["state"].get(state) != simdjson::SUCCESS || state != "succeeded";
}

// The answer of the refund, with the order added.
mcp::tool_result with_order(const operation_context& in, mcp::tool_result refund,
                            const storage::order_row& order, const tenancy::order_refund& asked) {
    if (refund.is_error || !refund.text_is_json_object || in.grant.results.raw) return refund;
    const bool held = is_held(refund.text);
    std::string about = "{";
    base::json_members members{about};
    write_money(members, "amount", asked.link.amount, asked.link.currency);
    members.raw("order", shown_json(order.id, in.grant));
    operation_answer answer{in};
    answer.members().truth("done", !held).raw("refund", about + '}');
    answer.members().raw(held ? "waits" : "stripe", refund.text);
    refund.text = answer.result().text;
    return refund;
}

// The amount of an earlier call with the same operation key, which asked for the remaining amount
// at that time.
base::awaitable<std::optional<std::int64_t>> amount_before(const operation_context& in) {
    if (in.call.operation_key.empty()) co_return std::nullopt;
    std::string key{in.call.operation_key};
    const auto known = co_await in.shared.receipts.find_for(in.grant, std::move(key));
    if (!known) co_return std::nullopt;
    co_return known->outcome.amount;
}

base::awaitable<mcp::tool_answer> refund_order(const operation_context& in,
                                               const storage::order_row& order) {
    if (order.payment_id.empty())
        co_return broken_result(
            in, {"order_remaining", "The order " + order.id + " names no payment at Stripe."});
    auto amount = in.given.number("amount");
    if (!amount) amount = co_await amount_before(in);
    auto asked = refund_of(in, order, amount);
    // A repeated call is answered from its receipt, whatever the order's current state.
    if (in.call.operation_key.empty() || asked.link.amount <= 0)
        if (const auto why = broken_by_order(asked, order, in.shared.now_for_refunds()))
            co_return broken_result(in, *why);
    const std::string arguments = refund_arguments(asked.link);
    const auto& called = *find_tool(refund_tool);
    simdjson::dom::parser parser;
    const auto inner = inner_write(in, called, parser, arguments);
    if (in.given.truth("confirmed")) {
        call_origin origin{.order = asked};
        auto answer = co_await in.runner.run(in.grant, called, inner, std::move(origin));
        note_answer(in, answer);
        if (auto* const done = std::get_if<mcp::tool_result>(&answer))
            co_return with_order(in, std::move(*done), order, asked);
        co_return answer;
    }
    auto seen = co_await in.runner.forecast(in.grant, called, inner, asked);
    if (seen.refused) {
        in.record.answered("failed");
        co_return std::move(*seen.refused);
    }
    in.record.answered("succeeded");
    co_return preview_result(in, order, asked, seen);
}

}  // namespace

base::awaitable<mcp::tool_answer> issue_refund(const operation_context& in) {
    // The order may have changed since, or this very call may have refunded it.
    if (auto asked = approval_asked_for(in.call.input); !asked.empty())
        co_return co_await in.runner.answer_opened(in.grant, std::move(asked), in.record);
    const auto customer = customer_in(in.given);
    if (!customer) co_return refused_result(in, "arguments", customer.error());
    const auto found = co_await find_customers(in, *customer, gate_of(in));
    if (!found) co_return refused_result(in, found.error().code, found.error());
    if (found->rows.empty()) co_return unknown_customer(in, *customer);
    auto chosen = co_await choose_order(in, found->rows);
    if (const auto* const why = std::get_if<base::failure>(&chosen))
        co_return refused_result(in, why->code, *why);
    if (const auto* const why = std::get_if<broken_rule>(&chosen))
        co_return broken_result(in, *why);
    if (const auto* const choice = std::get_if<order_choice>(&chosen))
        co_return choice_result(in, *choice);
    auto out = co_await refund_order(in, std::get<storage::order_row>(chosen));
    co_return out;
}

}  // namespace tollgate::stripe
