#include "storage/sqlite/migrate.hpp"

#include <charconv>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/embedded.hpp"

namespace tollgate::storage::sqlite {

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

std::vector<applied> read_applied(database& db) {
    std::vector<applied> out;
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

}  // namespace

std::vector<migration> built_in_migrations() {
    std::vector<migration> out;
    for (const auto& file : embedded_migrations::embedded_files()) {
        migration step;
        // "0001_tenancy.sql"
        std::from_chars(file.name.data(), file.name.data() + 4, step.version);
        step.name = file.name.substr(5, file.name.size() - 9);
        step.sql = file.text;
        out.push_back(step);
    }
    return out;
}

base::result<> migrate(database& db, std::span<const migration> migrations, base::timestamp now) {
    db.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, "
        "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
    const std::vector<applied> done = read_applied(db);
    auto good = check(done, migrations);
    if (!good) return good;
    for (const migration& step : migrations.subspan(done.size())) {
        db.script("BEGIN IMMEDIATE");
        try {
            db.script(std::string{step.sql});
            db.run(
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                "VALUES (?, ?, ?, ?)",
                std::int64_t{step.version}, step.name, checksum_of(step), now);
            db.script("COMMIT");
        } catch (...) {
            if (!db.idle()) db.script("ROLLBACK");
            throw;
        }
    }
    return {};
}

}  // namespace tollgate::storage::sqlite
