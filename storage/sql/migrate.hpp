// Ordered, checksummed migrations: a database is brought to the binary's schema, or the binary
// refuses it. One list for both databases.
#pragma once
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

// The migrations built into this binary (migrations/NNNN_name.sql), in order, in the words of that
// database: the files are SQLite's, and in_dialect() says how PostgreSQL's differ.
std::vector<migration> built_in_migrations(dialect of);

// A migration in the words of that database. SQLite takes it as it is. For PostgreSQL, INTEGER
// becomes BIGINT, BLOB becomes BYTEA, TEXT compares by bytes as SQLite's does, and STRICT goes.
std::string in_dialect(std::string_view sql, dialect of);

// What is applied in a database and what is still missing.
struct schema_state {
    std::size_t applied = 0;
    std::vector<std::string> missing;  // names, in order
};

// Compares without changing anything. Fails with errc::corrupt "schema_newer" when the database has
// a migration that is not in `migrations`, and "schema_changed" when one that was applied has
// another name or checksum. Throws sql_error on faults.
base::result<schema_state> inspect(session& db, std::span<const migration> migrations);

// Applies what is missing, each migration in a transaction of its own, and records it in
// schema_migrations. Fails as inspect() does; then nothing is applied. Throws sql_error on faults.
base::result<> migrate(session& db, std::span<const migration> migrations, base::timestamp now);

}  // namespace tollgate::storage::sql
