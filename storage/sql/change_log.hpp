// Communication between instances, on an open connection: the change log and the instances' rows.
// Throws sql_error on faults.
#pragma once
#include <vector>

#include "storage/changes/log.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// See changes/log.hpp; each on an open transaction.
void append(session& db, const log_change& change);
void open(session& db, const open_log& change);
void renew(session& db, const renew_log& change);
void trim(session& db, const trim_log& change);
void put(session& db, const put_instance& change);
void remove(session& db, const remove_instance& change);

// See record_store.hpp.
log_page read_log(session& db, std::int64_t after, std::size_t limit);
std::vector<instance_row> list_instances(session& db);

// The time at the database; nothing for a database in this process.
std::optional<base::timestamp> database_time(session& db);

}  // namespace tollgate::storage::sql
