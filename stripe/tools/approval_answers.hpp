// The texts for a model about a call that waits for approval.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/policy/decision.hpp"

namespace tollgate::stripe {

// The result (not an error) of a call that people must approve first: {"approval":{…},"message":…}.
mcp::tool_result asked_result(const tenancy::asked_approval& asked);

// The result of a call whose rule asks for approval although the call is not a write that could be
// executed later.
mcp::tool_result cannot_approve_result(const tenancy::decision& decided);

// The result of a call for which approval could not be requested (approval_desk::ask() failed).
mcp::tool_result not_asked_result(const base::failure& why);

// The next step for the client of a call that waits, or waited, for approval.
std::string_view progress_sentence(const storage::approval_row& approval, base::timestamp now);

// The result of get_receipt for an approval, with the receipt once it is executed.
mcp::tool_result progress_result(const tenancy::approval_progress& approval,
                                 const std::optional<storage::receipt_row>& receipt,
                                 base::timestamp now);

}  // namespace tollgate::stripe
