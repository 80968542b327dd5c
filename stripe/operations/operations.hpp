// The tools of tag "operations", which join Stripe with the company's own orders.
#pragma once
#include <string>
#include <string_view>

#include "mcp/content_provider.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/listing/operations_tools.hpp"
#include "stripe/operations/operation_context.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"

namespace tollgate::stripe {

// One per loop. References outlive it. Every request to Stripe is an ordinary call of a tool that
// the filter allows: decided by the rules, charged to the limits, recorded, shaped and redacted.
class payment_operations {
public:
    payment_operations(call_runner& runner, const tool_services& shared)
        : runner_(runner), shared_(shared) {}

    // Runs one of the tools, which the caller has checked to be shown to `grant`. Every call makes
    // its own audit record. Never throws because of input; all references and the views in `call`
    // live until completion.
    base::awaitable<mcp::tool_answer> run(const tenancy::grant& grant,
                                          const operations_tool_entry& which,
                                          const mcp::tool_call& call);

    // The company's orders that a payment paid for, by the ids of its charge and its intent (which
    // may be empty): comma-separated JSON objects; empty if there are none or they cannot be read.
    // The caller has read the payment for `grant`. The reference lives until completion.
    base::awaitable<std::string> orders_of_payment(const tenancy::grant& grant, std::string charge,
                                                   std::string intent);

private:
    base::awaitable<mcp::tool_answer> run_with(const operations_tool_entry& which,
                                               const operation_context& in);

    call_runner& runner_;
    const tool_services& shared_;
};

}  // namespace tollgate::stripe
