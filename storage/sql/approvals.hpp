// Approvals: written and read. storage/changes/approvals.hpp describes the changes; all functions
// throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/approvals.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const add_approval& change);
base::result<> write(session& db, const vote_approval& change);
base::result<> write(session& db, const end_approval& change);
base::result<> write(session& db, const claim_approvals& change);
base::result<> write(session& db, const postpone_approval& change);
base::result<> write(session& db, const release_approvals& change);
base::result<> write(session& db, const purge_approvals& change);

// Uses up an approval, in the transaction that begins its write: state executed, content erased.
// Fails with conflict "approval_used" unless it is approved, has not expired, and is for exactly
// that request.
base::result<> use(session& db, const std::string& team_id, const std::string& request_digest,
                   const use_approval& what);

std::optional<approval_row> find_approval(session& db, const std::string& team_id,
                                          const std::string& id);
// Newest first, without their content.
std::vector<approval_row> list_approvals(session& db, const std::string& team_id,
                                         const approval_search& search, const page& where);
// Oldest first.
std::vector<approval_vote> list_votes(session& db, const std::string& team_id,
                                      const std::string& id);
// The earliest due_at.
std::optional<timestamp> next_approval(session& db);
// Approvals of all teams that must end: those that expired before `now`, and pending ones whose MCP
// server has ended. Without their content; at most `limit`.
std::vector<approval_row> list_overdue(session& db, timestamp now, std::int64_t limit);
std::int64_t count_pending_approvals(session& db);

}  // namespace tollgate::storage::sql
