// A database as opened by a command.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sql/session.hpp"
#include "storage/sqlite/process_lock.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage::transfer {

enum class company : std::uint8_t {
    any,    // gateways may run on it
    alone,  // refused while a gateway runs on it; no gateway can start until it is closed
};

class endpoint {
public:
    // Opens an existing database. Fails with errc::not_found "no_database", errc::unavailable
    // "store_open_failed", "store_locked" and "database_in_use". Throws sql_error.
    static base::result<endpoint> open(const database_place& place, company with);

    // Opens an existing database for writing while gateways may run on it. Fails as open() does.
    static base::result<endpoint> open_beside(const database_place& place);

    // Opens for writing, exclusively, and creates a missing file. The schema is brought up to date.
    static base::result<endpoint> open_target(const database_place& place,
                                              const sql::migration_watcher& watch = {});

    // Opens a backup file: checks that it is complete and ours, and brings its schema up to date.
    // Fails with errc::corrupt "no_backup".
    static base::result<endpoint> open_backup(const std::string& file);

    // Brings the schema up to date, of a PostgreSQL database even while gateways run on it; creates
    // a missing file.
    static base::result<> migrate(const database_place& place, const sql::migration_watcher& watch);

    sql::session& db() { return *session_; }

    // Begins a transaction that reads a snapshot of the database.
    void begin_snapshot();

private:
    std::optional<sqlite::process_lock> lock_;
    std::unique_ptr<sql::session> session_;
};

// True if a gateway runs on the database. Throws sql_error.
base::result<bool> in_use(const database_place& place);

}  // namespace tollgate::storage::transfer
