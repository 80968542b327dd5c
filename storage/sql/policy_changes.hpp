// Policy changes that a second person must confirm, in the database. Throws sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/policies.hpp"
#include "storage/policy_change_rows.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const add_policy_change& change);
base::result<> write(session& db, const decide_policy_change& change);
// Removes policy changes requested 400 days or more before `now`; at most 1,000.
void purge_policy_changes(session& db, timestamp now);

std::optional<policy_change_row> find_policy_change(session& db, const std::string& team_id,
                                                    const std::string& id);
// Newest first, at most `limit`; only those that are pending at `now`, if it is given.
std::vector<policy_change_row> list_policy_changes(session& db, const std::string& team_id,
                                                   const std::optional<timestamp>& pending_at,
                                                   std::int64_t limit);

}  // namespace tollgate::storage::sql
