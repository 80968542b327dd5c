// Ordered, checksummed migrations: a database is either brought to the binary's schema, or refused.
// Both databases use the same list.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

struct migration {
    int version = 0;  // 1, 2, 3, … without gaps
    std::string name;
    std::string sql;
};

// The migrations embedded in this binary (migrations/NNNN_name.sql), in order, in the given
// dialect: the files are written for SQLite, and in_dialect() describes the differences for
// PostgreSQL.
std::vector<migration> built_in_migrations(dialect of);

// A migration in the given dialect. For SQLite it is unchanged. For PostgreSQL, INTEGER becomes
// BIGINT, BLOB becomes BYTEA, TEXT compares by bytes as in SQLite, and STRICT is dropped.
std::string in_dialect(std::string_view sql, dialect of);

// Which migrations a database has and which are missing.
struct schema_state {
    std::size_t applied = 0;
    std::vector<std::string> missing;  // names, in order
};

// Compares without changing anything. Fails with errc::corrupt "schema_newer" if the database has a
// migration that is not in `migrations`, and "schema_changed" if an applied migration has a
// different name or checksum. Throws sql_error on faults.
base::result<schema_state> inspect(session& db, std::span<const migration> migrations);

// Called before each migration is applied, with its name, how many are applied, and how many there
// are.
using migration_watcher =
    std::function<void(std::string_view name, std::size_t done, std::size_t all)>;

// Applies the missing migrations, each in its own transaction, and records them in
// schema_migrations. An empty database gets all of them in one transaction, which is quicker and
// leaves nothing half done. `watch` may be empty. Fails as inspect() does; nothing is applied then.
// Throws sql_error on faults.
base::result<> migrate(session& db, std::span<const migration> migrations, base::timestamp now,
                       const migration_watcher& watch = {});

}  // namespace tollgate::storage::sql
