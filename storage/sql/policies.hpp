// Policies in the database. Throws sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/policies.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const put_policy& change);
// True if the team wants a second person to confirm changes of its rules.
bool needs_second_person(session& db, const std::string& team_id);
// Removes the policy together with its account. Its versions are kept.
void drop_policy(session& db, const std::string& team_id, const std::string& account_id);

std::optional<policy_row> find_policy(session& db, const std::string& team_id,
                                      const std::string& account_id);
// Newest first, at most `limit`, older than version `before` if that is not 0.
std::vector<policy_row> list_policy_versions(session& db, const std::string& team_id,
                                             const std::string& account_id, std::int64_t before,
                                             std::int64_t limit);

}  // namespace tollgate::storage::sql
