// Changes of approvals; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/approval_rows.hpp"
#include "storage/audit_rows.hpp"

namespace tollgate::storage {

// Adds a pending approval with its audit records, unless the MCP server has a pending one for an
// equal request, even one that has expired: that one is put into `existing`, and nothing is added.
// Read `existing` only after the commit has succeeded. Fails with errc::limit_exceeded
// "too_many_pending" if the server has `pending_max` of them, and with conflict "approval_changed"
// if the existing one ended in the meantime: try again.
struct add_approval {
    approval_row row;
    std::int64_t pending_max = 0;
    std::shared_ptr<std::optional<approval_row>> existing;
    std::vector<audit_row> audit{};
};

// Records an approver's answer; a second answer of the same approver replaces the first. A denial
// makes the approval denied. It becomes approved and due once `needed` approvers agree, among them
// a member of each group. Keys and people removed since then, people who may no longer answer, and
// keys where only people count are not counted. `after` is the approval after the change; read it
// only after the commit has succeeded. Fails with not_found, with conflict "approval_ended" if it
// is not pending or has expired, and with errc::forbidden "people_only" for a key where only people
// count, or "asked_yourself" if the approver, or an API key that the approver created, allowed the
// OAuth client that asked.
struct vote_approval {
    std::string team_id;
    std::string id;
    approval_vote vote;  // `voted_at` is now
    std::shared_ptr<approval_row> after;
};

// Ends a pending or approved approval as expired or voided, and erases its content. Fails with
// conflict "approval_ended" if it has ended.
struct end_approval {
    std::string team_id;
    std::string id;
    approval_state state = approval_state::voided;
    std::string code;
    std::string reason;
    timestamp now;
    std::vector<audit_row> audit{};
};

// Claims up to `limit` approved approvals that are due at `now`; no other instance gets them before
// `until`. They are put into `taken`, with their content; read it only after the commit has
// succeeded.
struct claim_approvals {
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::string worked_by;
    std::shared_ptr<std::vector<approval_row>> taken;
};

// Releases a claimed approval, to be claimed again at `due_at`. Has no effect if it was claimed
// again in the meantime (its number of attempts differs).
struct postpone_approval {
    std::string team_id;
    std::string id;
    std::int64_t attempts = 0;
    timestamp due_at;
};

// Makes claimed approvals due at `now`, because their claimant no longer runs: those of one
// instance, unless it is in the list of instances; or, if `worked_by` is empty, all, at the start
// with a store that no other process uses.
struct release_approvals {
    timestamp now;
    std::string worked_by{};
};

// Removes at most 1,000 ended approvals that were created before `before`, with their votes.
struct purge_approvals {
    timestamp before;
};

}  // namespace tollgate::storage
