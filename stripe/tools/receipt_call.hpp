// Runs the tool get_receipt.
#pragma once
#include "mcp/tool_provider.hpp"
#include "stripe/tools/tool_services.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The receipt named by the call's argument, or the approval with its receipt, if a call of this MCP
// server made it. Nothing is sent to Stripe, and nothing changes. All references and the views in
// `call` live until completion.
base::awaitable<mcp::tool_result> call_get_receipt(const tool_services& services,
                                                   const tenancy::grant& grant,
                                                   const mcp::tool_call& call);

}  // namespace tollgate::stripe
