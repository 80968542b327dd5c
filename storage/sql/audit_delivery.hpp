// What has been sent of the audit logs: written and read. storage/changes/audit_delivery.hpp
// describes the changes; all functions throw sql_error on faults.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/audit_delivery.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

void hold(session& db, const hold_delivery& change);
void drop(session& db, const drop_delivery& change);
base::result<> advance(session& db, const advance_delivery& change);
base::result<> note_failure(session& db, const fail_delivery& change);
base::result<> rewind(session& db, const rewind_delivery& change);

// The reads of record_store.
std::vector<audit_delivery_row> list_deliveries_due(session& db, const std::string& destination,
                                                    const audit_delivery_due& when);
std::vector<audit_delivery_row> list_deliveries(session& db, const std::string& destination,
                                                const std::string& team_id, std::size_t limit);
audit_delivery_sum sum_deliveries(session& db, const std::string& destination,
                                  const std::string& team_id);

}  // namespace tollgate::storage::sql
