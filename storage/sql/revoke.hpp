// Revokes many MCP servers, on an open transaction. Throws sql_error on faults.
#pragma once
#include "base/result.hpp"
#include "storage/changes/servers.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// How many servers of an account, or of the team if `account_id` is empty, are not revoked.
std::int64_t count_unrevoked(session& db, const std::string& team_id,
                             const std::string& account_id);

// The failure of a mass change whose number of servers is not the expected one.
base::failure count_differs(std::int64_t count, std::int64_t expected);

// See changes/servers.hpp.
base::result<> revoke_many(session& db, const revoke_servers& change);

}  // namespace tollgate::storage::sql
