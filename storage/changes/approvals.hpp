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

// Adds a pending approval with its audit records, unless the MCP server has one for an equal
// request, be its time over or not: that one is put into `existing`, and nothing is added. Read
// `existing` only after the commit has succeeded. Fails with errc::limit_exceeded
// "too_many_pending" if the server has `pending_max` of them, and with conflict "approval_changed"
// if the other one ended meanwhile: try again.
struct add_approval {
    approval_row row;
    std::int64_t pending_max = 0;
    std::shared_ptr<std::optional<approval_row>> existing;
    std::vector<audit_row> audit{};
};

// Records an approver's answer; a second answer of the same approver replaces the first. The
// approval becomes denied by a deny, and approved and due once `needed` approvers agree, among them
// somebody of each group; not counting keys and people that were removed since, people who may not
// answer any more, and keys where only people count. `after` is the approval as it is then; read it
// only after the commit has succeeded. Fails with not_found, with conflict "approval_ended" if it
// is not pending or has expired, and with errc::forbidden "people_only" for a key where only people
// count, or "asked_yourself" for whoever allowed the OAuth client that asked.
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

// Takes up to `limit` approved approvals that are due at `now`; nobody else gets them before
// `until`. They are put into `taken`, with their content; read it only after the commit has
// succeeded.
struct claim_approvals {
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::string worked_by;
    std::shared_ptr<std::vector<approval_row>> taken;
};

// Gives a claimed approval back, to be taken at `due_at`. Nothing if it was taken again since
// (another number of attempts).
struct postpone_approval {
    std::string team_id;
    std::string id;
    std::int64_t attempts = 0;
    timestamp due_at;
};

// Makes claimed approvals due at `now`, because whoever took them no longer runs: those of an
// instance, unless it is in the list of instances; or all, at the start with a store that no other
// process uses (an empty `worked_by`).
struct release_approvals {
    timestamp now;
    std::string worked_by{};
};

// Removes at most 1,000 ended approvals that were created before `before`, with their votes.
struct purge_approvals {
    timestamp before;
};

}  // namespace tollgate::storage
