// Refunds of a company's orders: checked again against its records and Stripe's state before they
// are sent. Also makes their previews.
#include "stripe/tools/call_runner.hpp"
#include "stripe/writes/write_texts.hpp"

namespace tollgate::stripe {

namespace {

// Appends "…, approved by per_1 and per_2" to the requester.
std::string with_approvers(std::string by, const tenancy::approval_progress& approval) {
    std::string_view between = ", approved by ";
    for (const auto& vote : approval.votes) {
        if (!vote.agreed) continue;
        by += between;
        by += vote.approver;
        between = " and ";
    }
    return by;
}

}  // namespace

base::awaitable<std::optional<broken_rule>> call_runner::broken_order_rule(
    const prepared_call& call) {
    const auto& asked = *call.order;
    if (shared_.orders == nullptr)
        co_return broken_rule{"order_owner", "This account has no orders any more."};
    auto id = asked.link.order_id;
    const auto found = co_await shared_.orders->find_order(call.grant, std::move(id));
    if (!found)
        co_return broken_rule{"orders_unavailable",
                              "The orders could not be read: " + found.error().message,
                              {},
                              true};
    if (!*found)
        co_return broken_rule{"order_owner", "There is no order " + asked.link.order_id + '.'};
    const auto at = shared_.now_for_refunds();
    if (auto why = broken_by_order(asked, **found, at)) co_return why;
    if (!call.state)
        co_return broken_rule{"order_remaining", "The payment was not read at Stripe."};
    co_return broken_by_payment(asked, *call.state, at);
}

base::awaitable<void> call_runner::name_approvers(prepared_call& call,
                                                  const storage::approval_row& approval) {
    auto id = approval.id;
    const auto answers = co_await shared_.approvals.find_for(call.grant, std::move(id));
    if (answers)
        call.order->link.refunded_by =
            with_approvers(std::move(call.order->link.refunded_by), *answers);
}

base::awaitable<write_forecast> call_runner::forecast(const tenancy::grant& grant,
                                                      const operation& called,
                                                      const mcp::tool_call& call,
                                                      tenancy::order_refund order) {
    write_forecast out;
    call_record record{shared_.audit, event_of(grant, called.tool_name(), call), shared_.rules};
    if (const auto why = shared_.audit.refusal()) {
        record.drop();
        out.refused = mcp::failed_result(unrecorded_text(*why));
        co_return out;
    }
    auto read = read_call(grant, called, call, shared_);
    if (const auto* why = std::get_if<call_refusal>(&read)) {
        record.refused(why->rule, why->layer);
        out.refused = mcp::failed_result(why->text);
        co_return out;
    }
    auto& prepared = std::get<prepared_call>(read);
    prepared.order = std::move(order);
    auto verdict = ask_rules(prepared, shared_.clock.now());
    if (verdict.decided.outcome != tenancy::effect::deny)
        if (auto instead = co_await decide_with_state(prepared, verdict, record)) {
            if (auto* const result = std::get_if<mcp::tool_result>(&*instead))
                out.refused = std::move(*result);
            co_return out;
        }
    if (verdict.decided.outcome == tenancy::effect::deny) {
        record.decided(verdict.decided);
        out.refused = mcp::failed_result(denied_text(verdict.decided));
        co_return out;
    }
    if (const auto why = co_await broken_order_rule(prepared)) {
        record.refused(why->rule);
        out.refused = mcp::failed_result(broken_text(*why));
        co_return out;
    }
    record.drop();  // nothing was requested yet
    out.decided = std::move(verdict.decided);
    out.state = std::move(*prepared.state);
    co_return out;
}

}  // namespace tollgate::stripe
