#include "storage/sql/migrate.hpp"

#include <charconv>
#include <utility>

#include "base/crypto.hpp"
#include "base/embedded.hpp"

namespace tollgate::storage::sql {

namespace embedded_migrations {
std::span<const base::embedded_file> embedded_files();  // generated from migrations/
}

namespace {

struct applied {
    std::int64_t version = 0;
    std::string name;
    std::string checksum;
};

std::string checksum_of(const migration& step) {
    return base::hex(base::as_view(base::sha256(step.sql)));
}

// True if the database has a migrations table.
bool has_history(session& db) {
    if (db.sql_dialect() == dialect::sqlite) {
        query rows{db, "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'"};
        return rows.next();
    }
    query rows{db, "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL"};
    return rows.next();
}

std::vector<applied> read_applied(session& db) {
    std::vector<applied> out;
    if (!has_history(db)) return out;
    query rows{db, "SELECT version, name, checksum FROM schema_migrations ORDER BY version"};
    while (rows.next()) {
        applied row;
        row.version = rows.integer();
        row.name = rows.text();
        row.checksum = rows.text();
        out.push_back(std::move(row));
    }
    return out;
}

base::result<> check(const std::vector<applied>& done, std::span<const migration> migrations) {
    if (done.size() > migrations.size())
        return base::fail(base::errc::corrupt, "schema_newer",
                          "the database has schema version " + std::to_string(done.back().version) +
                              " and this binary knows only up to " +
                              std::to_string(migrations.size()) +
                              ": start the newer binary, or restore an older database");
    for (std::size_t i = 0; i < done.size(); ++i) {
        const migration& known = migrations[i];
        if (done[i].version == known.version && done[i].name == known.name &&
            done[i].checksum == checksum_of(known))
            continue;
        return base::fail(base::errc::corrupt, "schema_changed",
                          "migration " + std::to_string(done[i].version) + " (" + done[i].name +
                              ") was applied to the database in another form than this binary "
                              "has: use the binary that wrote the database");
    }
    return {};
}

// PostgreSQL's word for one of SQLite's; other words are returned unchanged.
std::string_view postgresql_word(std::string_view word) {
    if (word == "INTEGER") return "BIGINT";
    if (word == "BLOB") return "BYTEA";
    if (word == "TEXT") return "TEXT COLLATE \"C\"";
    if (word == "STRICT") return "";
    return word;
}

bool in_word(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string in_dialect(std::string_view sql, dialect of) {
    if (of == dialect::sqlite) return std::string{sql};
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        std::size_t end = at + 1;
        if (sql[at] == '\'' || sql.substr(at, 2) == "--") {  // a literal or a comment is copied
                                                             // unchanged
            end = std::min(sql.find(sql[at] == '\'' ? '\'' : '\n', at + 1), sql.size() - 1) + 1;
            out += sql.substr(at, end - at);
        } else if (in_word(sql[at])) {
            while (end < sql.size() && in_word(sql[end])) ++end;
            out += postgresql_word(sql.substr(at, end - at));
        } else {
            out += sql[at];
        }
        at = end;
    }
    return out;
}

std::vector<migration> built_in_migrations(dialect of) {
    std::vector<migration> out;
    for (const auto& file : embedded_migrations::embedded_files()) {
        migration step;
        // "0001_tenancy.sql"
        std::from_chars(file.name.data(), file.name.data() + 4, step.version);
        step.name = file.name.substr(5, file.name.size() - 9);
        step.sql = in_dialect(file.text, of);
        out.push_back(std::move(step));
    }
    return out;
}

base::result<schema_state> inspect(session& db, std::span<const migration> migrations) {
    const std::vector<applied> done = read_applied(db);
    auto good = check(done, migrations);
    if (!good) return good.error();
    schema_state out;
    out.applied = done.size();
    for (const migration& step : migrations.subspan(done.size())) out.missing.push_back(step.name);
    return out;
}

namespace {

void in_transaction(session& db, const std::function<void()>& work) {
    db.begin();
    try {
        work();
        db.script("COMMIT");
    } catch (...) {
        if (!db.idle()) db.script("ROLLBACK");
        throw;
    }
}

void apply_migration(session& db, const migration& step, base::timestamp now) {
    db.script(step.sql);
    db.run(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
        "VALUES (?, ?, ?, ?)",
        std::int64_t{step.version}, step.name, checksum_of(step), now);
}

}  // namespace

base::result<> migrate(session& db, std::span<const migration> migrations, base::timestamp now,
                       const migration_watcher& watch) {
    const auto before = inspect(db, migrations);
    if (!before) return before.error();
    db.script(
        in_dialect("CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL "
                   "PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at "
                   "INTEGER NOT NULL) STRICT",
                   db.sql_dialect()));
    const auto missing = migrations.subspan(before->applied);
    std::size_t done = 0;
    const auto announce = [&](const migration& step) {
        if (watch) watch(step.name, done++, missing.size());
    };
    if (before->applied == 0) {
        in_transaction(db, [&] {
            for (const migration& step : missing) {
                announce(step);
                apply_migration(db, step, now);
            }
        });
        return {};
    }
    for (const migration& step : missing) {
        announce(step);
        in_transaction(db, [&] { apply_migration(db, step, now); });
    }
    return {};
}

}  // namespace tollgate::storage::sql
