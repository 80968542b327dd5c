// What `tollgate verify` tries about calls of tools: rules, caps and limits, approvals, freezes.
// Each is tried with a refund or a read, on an MCP server of its own. All throw verify_trouble.
#pragma once
#include "server/cli/verify/verify_bench.hpp"
#include "server/cli/verify/verify_report.hpp"

namespace tollgate::server {

check_finding rule_refuses(verify_bench& bench);
check_finding approval_is_asked(verify_bench& bench);
// Not applied unless `writes`: people may be told of the approval that it asks for.
check_finding model_cannot_approve(verify_bench& bench, bool writes);
check_finding cap_refuses(verify_bench& bench);
// Reads a list of customers at Stripe, with one row at most.
check_finding call_limit(verify_bench& bench);
// Not applied unless `freezes`: it stops all writes of the account for a moment.
check_finding writes_frozen(verify_bench& bench, bool freezes);
check_finding live_writes(verify_bench& bench);

}  // namespace tollgate::server
