// One function for each tool of "operations". Its call is allowed by the filter, and its arguments
// are read; everything in the context lives until it is done.
#pragma once
#include "stripe/operations/operation_context.hpp"

namespace tollgate::stripe {

// Reads: the answer has the half that could be read, and says which half is missing.
base::awaitable<mcp::tool_result> lookup_customer(const operation_context& in);
base::awaitable<mcp::tool_result> list_payments(const operation_context& in);
base::awaitable<mcp::tool_result> get_order_history(const operation_context& in);
base::awaitable<mcp::tool_result> revenue_summary(const operation_context& in);

// Writes: by an ordinary call, which rules and people decide on; or a question to the person at
// the client.
base::awaitable<mcp::tool_answer> issue_refund(const operation_context& in);
base::awaitable<mcp::tool_answer> create_payment_link(const operation_context& in);

// Writes to the refund log only.
base::awaitable<mcp::tool_result> flag_for_review(const operation_context& in);

}  // namespace tollgate::stripe
