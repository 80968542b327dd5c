// Ordered, checksummed migrations: a database is brought to the binary's schema, or the binary
// refuses it.
#pragma once
#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::sqlite {

struct migration {
    int version = 0;  // 1, 2, 3, … without gaps
    std::string_view name;
    std::string_view sql;
};

// The migrations built into this binary (migrations/NNNN_name.sql), in order.
std::vector<migration> built_in_migrations();

// Applies what is missing, each migration in a transaction of its own, and records it in
// schema_migrations. Fails with errc::corrupt "schema_newer" when the database has a migration this
// binary does not know, and "schema_changed" when one that was applied has another name or
// checksum; then nothing is applied. Throws sqlite_error on faults.
base::result<> migrate(database& db, std::span<const migration> migrations, base::timestamp now);

}  // namespace tollgate::storage::sqlite
