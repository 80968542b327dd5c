// Audit records: written and searched. storage/changes/audit.hpp describes the changes; all
// functions throw sql_error on faults.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/changes/audit.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

// The columns of a record in the order in which read_audit() takes them.
#define TOLLGATE_AUDIT_COLUMNS                                                           \
    "id, team_id, recorded_at, position, kind, actor, server_id, tool, decision, rule, " \
    "object_id, "                                                                        \
    "request_id, receipt_id, entry"

// The columns of an entry in the order in which read_entries() takes them.
#define TOLLGATE_ENTRY_COLUMNS "id, recorded_at, position, entry"

namespace tollgate::storage::sql {

void add(session& db, const add_audit& change);

// Stores a record; without a position, it waits for one.
void add(session& db, const audit_row& row, std::optional<std::int64_t> position);

// Takes the columns of TOLLGATE_AUDIT_COLUMNS.
audit_row read_audit(query& row);

// Takes the columns of TOLLGATE_ENTRY_COLUMNS, of all rows, or of the first ones whose entries have
// `bytes_max` bytes together.
std::vector<audit_entry> read_entries(query& rows, std::size_t bytes_max = SIZE_MAX);

// The reads of record_store.
std::vector<audit_entry> list_audit_in_log(session& db, const std::string& team_id,
                                           const audit_search& search, std::int64_t from,
                                           std::int64_t to, std::size_t limit);
std::vector<audit_entry> list_audit_not_in_log(session& db, const std::string& team_id,
                                               const audit_search& search, base::timestamp after,
                                               const std::string& after_id, std::size_t limit);
std::optional<std::int64_t> first_audit_position(session& db, const std::string& team_id,
                                                 base::timestamp from, base::timestamp before);
std::vector<audit_row> list_audit(session& db, const std::string& team_id,
                                  const audit_search& search, const page& where);

}  // namespace tollgate::storage::sql
