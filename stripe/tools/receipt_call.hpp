// Runs the tool get_receipt.
#pragma once
#include "mcp/tool_provider.hpp"
#include "tenancy/receipts/receipt_ledger.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The receipt that the call's argument names, if a call of this MCP server made it. Nothing is sent
// to Stripe. All references and the views in `call` live until completion.
base::awaitable<mcp::tool_result> call_get_receipt(tenancy::receipt_ledger& receipts,
                                                   const tenancy::grant& grant,
                                                   const mcp::tool_call& call);

}  // namespace tollgate::stripe
