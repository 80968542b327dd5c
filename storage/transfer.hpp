// Operations on whole databases: schema, copies, backups. For commands: everything here blocks.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::storage {

struct database_place {
    enum class type : std::uint8_t { sqlite, postgresql } kind = type::sqlite;
    std::string where;  // a file, or a URL that check_postgresql_url has accepted
};

struct table_facts {
    std::string name;
    std::uint64_t rows = 0;
    std::string digest;  // hex, over every row in order of its key; equal for equal rows in either
                         // database
};

struct database_state {
    std::size_t applied = 0;           // migrations
    std::vector<std::string> missing;  // names of migrations
    bool in_use = false;               // a gateway runs on it
    std::vector<table_facts> tables;   // rows only; empty while migrations are missing
};

// Reads only. Fails with errc::not_found "no_database" for a file that does not exist, and like all
// functions here with errc::unavailable "store_open_failed", "database_failed", and as
// sql/migrate.hpp says.
base::result<database_state> look_at(const database_place& place);

// Called before each table is copied or each migration applied, with its name, how many are done,
// and how many there are. May be empty.
using copy_watcher = std::function<void(std::string_view name, std::size_t done, std::size_t all)>;

// Brings the database to this binary's schema, and creates a missing file; returns the names of the
// applied migrations. Fails with errc::unavailable "store_locked" if a gateway uses the SQLite
// file. `watch` is called before each of them.
base::result<std::vector<std::string>> migrate_database(const database_place& place,
                                                        const copy_watcher& watch = {});

enum class existing : std::uint8_t { keep, replace };

// Copies all tables in one transaction of the target and then compares every row; after any failure
// the target is unchanged. The target is brought to the current schema. Fails with
// errc::unavailable "store_locked" or "database_in_use" if a gateway uses either side, with
// errc::conflict "target_not_empty", "schema_old" (of the source), "same_database", and with
// errc::corrupt "copy_differs".
base::result<std::vector<table_facts>> copy_database(const database_place& from,
                                                     const database_place& to,
                                                     const copy_watcher& watch = {});

// Writes a snapshot of the database to a new SQLite file (mode 0600), while gateways may run. With
// existing::keep, fails with errc::conflict "file_exists" if there is one. A failure leaves no file
// behind, and an existing file is replaced only by a complete one.
base::result<std::vector<table_facts>> backup_database(const database_place& from,
                                                       const std::string& file, existing rule,
                                                       const copy_watcher& watch = {});

// Restores a backup, even of an older version. With existing::replace, what the target contains is
// removed in the same transaction. Fails as copy_database does.
base::result<std::vector<table_facts>> restore_database(const std::string& file,
                                                        const database_place& to, existing rule,
                                                        const copy_watcher& watch = {});

}  // namespace tollgate::storage
