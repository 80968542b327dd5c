// One change, written to the open transaction.
#pragma once
#include "base/result.hpp"
#include "storage/changes.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::sqlite {

// The failures of changes.hpp are returned, faults (disk full, I/O) are thrown as sqlite_error.
// After a failure the caller rolls back what the change may have written.
base::result<> apply(database& db, const change& what);

}  // namespace tollgate::storage::sqlite
