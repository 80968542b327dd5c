// Revoking many MCP servers, on an open transaction. Throws sql_error on faults.
#pragma once
#include "base/result.hpp"
#include "storage/changes.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// See changes.hpp.
base::result<> revoke_many(session& db, const revoke_servers& what);

}  // namespace tollgate::storage::sql
