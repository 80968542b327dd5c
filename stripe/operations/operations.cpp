#include "stripe/operations/operations.hpp"

#include "stripe/operations/operation_calls.hpp"
#include "stripe/writes/write_texts.hpp"

namespace tollgate::stripe {

namespace {

// Puts the outcome of a read into its audit record; a refused read keeps its rule.
void note_read(call_record& record, const mcp::tool_result& result) {
    if (!result.is_error) record.answered("succeeded");
}

}  // namespace

base::awaitable<mcp::tool_answer> payment_operations::run(const tenancy::grant& grant,
                                                          const operations_tool_entry& which,
                                                          const mcp::tool_call& call) {
    call_record record{shared_.audit, event_of(grant, which.facts.name, call), shared_.rules};
    if (const auto why = shared_.audit.refusal()) {
        record.drop();
        co_return mcp::failed_result(unrecorded_text(*why));
    }
    if (shared_.orders == nullptr) {
        record.refused("orders_unavailable");
        co_return mcp::failed_result(operation_error(base::fail(
            base::errc::unavailable, "orders_unavailable", "The orders cannot be read now.")));
    }
    const auto given = read_operation(which, call.arguments);
    if (!given) {
        record.refused("arguments");
        co_return mcp::failed_result(operation_error(given.error()));
    }
    const auto state = co_await charge(grant, shared_, shared_.clock.now());
    if (!state.verdict.allowed) {
        record.refused("rate_limit");
        co_return limited_result(state);
    }
    const operation_context in{runner_, shared_, grant, call, *shared_.orders, record, *given};
    auto out = co_await run_with(which, in);
    if (auto* const result = std::get_if<mcp::tool_result>(&out);
        result != nullptr && result->http_headers.empty())
        result->http_headers = limit_headers(state);
    co_return out;
}

base::awaitable<std::string> payment_operations::orders_of_payment(const tenancy::grant& grant,
                                                                   std::string charge,
                                                                   std::string intent) {
    std::string out;
    if (shared_.orders == nullptr) co_return out;
    for (auto* const id : {&charge, &intent}) {
        if (id->empty()) continue;
        const auto found = co_await shared_.orders->orders_by_payment(grant, std::move(*id));
        if (!found) continue;
        for (const auto& one : *found) out += (out.empty() ? "" : ",") + order_json(one, grant);
    }
    co_return out;
}

base::awaitable<mcp::tool_answer> payment_operations::run_with(const operations_tool_entry& which,
                                                               const operation_context& in) {
    if (which.which == operations_tool::issue_refund) {
        auto out = co_await issue_refund(in);
        co_return out;
    }
    if (which.which == operations_tool::create_payment_link) {
        auto out = co_await create_payment_link(in);
        co_return out;
    }
    mcp::tool_result out;
    switch (which.which) {
        case operations_tool::lookup_customer:
            out = co_await lookup_customer(in);
            break;
        case operations_tool::list_payments:
            out = co_await list_payments(in);
            break;
        case operations_tool::get_order_history:
            out = co_await get_order_history(in);
            break;
        case operations_tool::revenue_summary:
            out = co_await revenue_summary(in);
            break;
        default:
            out = co_await flag_for_review(in);
    }
    note_read(in.record, out);
    co_return out;
}

}  // namespace tollgate::stripe
