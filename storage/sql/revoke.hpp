// Revoking many MCP servers, on an open transaction. Throws sql_error on faults.
#pragma once
#include "base/result.hpp"
#include "storage/changes/servers.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// How many servers are not revoked: of an account, or of the team when `account_id` is empty.
std::int64_t count_unrevoked(session& db, const std::string& team_id,
                             const std::string& account_id);

// What a mass change says that would end another number of servers than its caller expects.
base::failure count_differs(std::int64_t count, std::int64_t expected);

// See changes/servers.hpp.
base::result<> revoke_many(session& db, const revoke_servers& what);

}  // namespace tollgate::storage::sql
