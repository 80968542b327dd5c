// How a client follows a call that waits for approval: as an MCP task, or by a link.
#pragma once
#include <optional>
#include <string>

#include "mcp/tool_provider.hpp"
#include "stripe/tools/tool_services.hpp"
#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// An approval with the receipt of its execution.
struct known_approval {
    tenancy::approval_progress approval;
    std::optional<storage::receipt_row> receipt;  // once it is executed
};

// The approval with that id, if a call of this grant's MCP server asked for it; otherwise fails
// with not_found "no_such_approval". The references live until completion.
base::awaitable<base::result<known_approval>> find_approval(const tool_services& services,
                                                            const tenancy::grant& grant,
                                                            std::string id);

// The approval as a task: working until the call's outcome is known, cancelled if its client has
// withdrawn it, otherwise completed. `message` says what happens next.
mcp::tool_task task_of(const known_approval& known, std::string message, base::timestamp now);

// The same, with the result that get_receipt would return. The result is an error if the call was
// refused or failed, or if its outcome cannot be determined.
mcp::found_task found_task_of(const known_approval& known, base::timestamp now);

// True if the client of a call can open links for its user (elicitation in URL mode).
bool can_open_links(const mcp::input_given& input);

// Asks the client to open the approval's link for its user. `otherwise` is the call's result if the
// client does not answer. The client's answer decides nothing; it leads to a repeated call, which
// approval_asked_for() recognizes.
mcp::tool_question link_question(const tenancy::asked_approval& asked, mcp::tool_result otherwise);

// In a repeated call, the id of the approval whose link the client was asked to open; empty for any
// other call.
std::string approval_asked_for(const mcp::input_given& input);

}  // namespace tollgate::stripe
