// One function for each tool of "operations". The filter allows the call, and its arguments have
// been read; everything in the context lives until the call is done.
#pragma once
#include "stripe/operations/operation_context.hpp"

namespace tollgate::stripe {

// Reads. If one half could not be read, the answer contains the other half and says which is
// missing.
base::awaitable<mcp::tool_result> lookup_customer(const operation_context& in);
base::awaitable<mcp::tool_result> list_payments(const operation_context& in);
base::awaitable<mcp::tool_result> get_order_history(const operation_context& in);
base::awaitable<mcp::tool_result> revenue_summary(const operation_context& in);

// Writes through an ordinary call, about which rules and people decide; or returns a question to
// the person at the client.
base::awaitable<mcp::tool_answer> issue_refund(const operation_context& in);
base::awaitable<mcp::tool_answer> create_payment_link(const operation_context& in);

// Writes to the refund log only.
base::awaitable<mcp::tool_result> flag_for_review(const operation_context& in);

}  // namespace tollgate::stripe
