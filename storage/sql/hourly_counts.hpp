// Counts of calls by the hour, kept with the positions of their audit records. All functions throw
// sql_error on faults.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "storage/changes/audit_log.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// Adds the counts of records that are integrated in this transaction.
void count(session& db, const integrate_audit& change);
void purge(session& db, const purge_hourly_counts& change);

// The read of record_store.
std::vector<hourly_count> list_hourly_counts(session& db, const std::string& team_id,
                                             const std::string& scope_id, std::int64_t from,
                                             std::int64_t to);

}  // namespace tollgate::storage::sql
