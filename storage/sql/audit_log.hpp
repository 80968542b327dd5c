// The audit logs: written and read. storage/changes/audit_log.hpp describes the changes; all
// functions throw sql_error on faults.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> integrate(session& db, const integrate_audit& change);
base::result<> sign(session& db, const sign_audit& change);

// The reads of record_store.
std::vector<audit_waiting> count_waiting_audit(session& db);
std::vector<audit_entry> list_waiting_audit(session& db, const std::string& team_id,
                                            std::size_t limit, std::size_t bytes_max);
std::optional<audit_log_row> find_audit_log(session& db, const std::string& team_id);
std::vector<audit_log_row> list_audit_logs(session& db);
std::optional<std::string> find_audit_tile(session& db, const std::string& team_id,
                                           std::int64_t level, std::int64_t number);
std::vector<audit_entry> list_audit_entries(session& db, const std::string& team_id,
                                            std::int64_t from, std::int64_t to);
std::vector<audit_entry> list_receipt_audit(session& db, const std::string& team_id,
                                            const std::string& receipt_id);

}  // namespace tollgate::storage::sql
