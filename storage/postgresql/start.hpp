// Connects to a database and prepares it for use.
#pragma once
#include <chrono>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sql/migrate.hpp"

namespace tollgate::storage::postgresql {

// Connects; waits up to `start_wait` for a database that does not answer yet. Fails with
// errc::unavailable "store_open_failed".
base::result<connection> connect_patiently(const connect_options& options,
                                           std::chrono::milliseconds start_wait);

// Checks that server and database can be used; logs a warning if the server does not wait for its
// disk. Fails with errc::unavailable "store_open_failed". Throws sql_error.
base::result<> check_server(connection& db, base::logger& log);

// Brings the database to the current schema: one session migrates while the others wait. Fails as
// sql/migrate.hpp says. Throws sql_error.
base::result<> migrate_alone(connection& db, const sql::migration_watcher& watch = {});

}  // namespace tollgate::storage::postgresql
