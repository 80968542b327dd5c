// Audit records: written and searched. storage/changes/audit.hpp describes the changes; all
// functions throw sql_error on faults.
#pragma once
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

namespace tollgate::storage::sql {

void add(session& db, const add_audit& what);

// Takes the columns of TOLLGATE_AUDIT_COLUMNS.
audit_row read_audit(query& row);

std::vector<audit_row> list_audit(session& db, const std::string& team_id, const audit_search& what,
                                  const page& where);

}  // namespace tollgate::storage::sql
