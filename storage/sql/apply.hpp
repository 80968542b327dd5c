// Writes one change to the open transaction.
#pragma once
#include "base/result.hpp"
#include "storage/changes/change.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// The failures of changes/ are returned; faults (disk full, I/O) are thrown as sql_error. After a
// failure the caller rolls back what the change may have written. Correct for any number of
// concurrent writers if each statement sees what was committed before it began (read committed): a
// rule that counts rows first locks the row they belong to; see docs/adr/0016-postgresql.md.
base::result<> apply(session& db, const change& what);

}  // namespace tollgate::storage::sql
