// Port: asks people for approval of a call, and shows what became of it. Nothing here approves.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "storage/approval_rows.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/orders/order_refund.hpp"
#include "tenancy/policy/decision.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// A call that must not be sent before people agree. Owns its texts, except `who`, `tool` and
// `asked`, which live until ask() completes.
struct approval_question {
    const grant& who;
    std::string_view tool;
    const decision& asked;                // of the rule that needs the approval
    base::digest request_digest{};        // as write_intent::request_digest
    std::string receipt_id;               // that the execution will have
    std::string operation_key;            // the caller's, or the receipt's id
    std::string arguments;                // JSON object; stored sealed
    std::string preview;                  // the effect in words, for people; stored sealed
    std::string client;                   // what the client says of itself, or empty
    audit_event audit{};                  // what the audit log says of the call
    std::optional<order_refund> order{};  // that the call refunds; stored sealed
    std::string declared{};  // the declared tool that makes it, or empty; stored sealed
};

struct asked_approval {
    storage::approval_row approval;
    bool repeated = false;  // an equal call has asked before, and is still pending
    std::string link{};     // where people decide; empty if this installation has no address
};

// An approval with its answers, for the MCP server that asked.
struct approval_progress {
    storage::approval_row approval;
    std::vector<storage::approval_vote> votes;
};

// Thread-safe; every call resumes on the caller's executor.
class approval_desk {
public:
    virtual ~approval_desk() = default;

    // Makes the question and its audit record durable. An equal pending call of the same MCP server
    // gets that one's approval, whatever its operation key. Fails with invalid_argument
    // "too_large_for_approval", errc::limit_exceeded "too_many_pending", and with errc::unavailable
    // "audit_unavailable" if the store cannot record it.
    virtual base::awaitable<base::result<asked_approval>> ask(approval_question question) = 0;

    // The approval with that id, if a call of this grant's MCP server asked for it; otherwise fails
    // with not_found. `who` lives until completion.
    virtual base::awaitable<base::result<approval_progress>> find_for(const grant& who,
                                                                      std::string id) = 0;

    // Ends a pending or approved approval that find_for() would find as voided, "withdrawn": the
    // client that asked does not want the call any more. Nothing happens if it has ended. Fails as
    // find_for() does, and with errc::unavailable. `who` lives until completion.
    virtual base::awaitable<base::result<>> withdraw(const grant& who, std::string id) = 0;
};

}  // namespace tollgate::tenancy
