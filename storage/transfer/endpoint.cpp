#include "storage/transfer/endpoint.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/postgresql/pool.hpp"
#include "storage/postgresql/start.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::transfer {

using base::errc;
using base::fail;
using base::result;
using type = database_place::type;

namespace {

constexpr std::chrono::minutes statement_timeout{10};
constexpr std::chrono::milliseconds start_wait{0};

bool exists(const std::string& file) {
    std::error_code unknown;  // opening it reports the error
    return std::filesystem::exists(file, unknown);
}

result<postgresql::connection> connect(const std::string& url) {
    postgresql::connect_options options;
    options.url = url;
    // A copy reads the other database between statements.
    options.transaction_pause = statement_timeout;
    auto made = postgresql::connect_patiently(options, start_wait);
    if (!made) return made.error();
    base::null_logger quiet;
    auto served = postgresql::check_server(*made, quiet);
    if (!served) return served.error();
    made->allow(statement_timeout);
    return made;
}

// Opens a SQLite file that is on this binary's schema.
result<std::unique_ptr<sql::session>> open_to_write(const std::string& file,
                                                    const sql::migration_watcher& watch) {
    auto db = std::make_unique<sqlite::database>(file, sqlite::access::read_write);
    const auto migrations = sql::built_in_migrations(sql::dialect::sqlite);
    auto migrated = sql::migrate(*db, migrations, base::system_clock{}.now(), watch);
    if (!migrated) return migrated.error();
    return std::unique_ptr<sql::session>{std::move(db)};
}

base::failure occupied() {
    return fail(errc::unavailable, "database_in_use",
                "a gateway runs on this PostgreSQL database: stop all instances first");
}

}  // namespace

result<endpoint> endpoint::open(const database_place& place, company with) {
    endpoint out;
    if (place.kind == type::sqlite) {
        if (!exists(place.where))
            return fail(errc::not_found, "no_database", "there is no file " + place.where);
        if (with == company::alone) {
            auto lock = sqlite::process_lock::take(place.where);
            if (!lock) return lock.error();
            out.lock_.emplace(std::move(*lock));
        }
        out.session_ = std::make_unique<sqlite::database>(place.where, sqlite::access::read_only);
        return out;
    }
    auto made = connect(place.where);
    if (!made) return made.error();
    if (with == company::alone && !postgresql::claim_alone(*made)) return occupied();
    out.session_ = std::make_unique<postgresql::connection>(std::move(*made));
    return out;
}

result<endpoint> endpoint::open_beside(const database_place& place) {
    endpoint out;
    if (place.kind == type::sqlite) {
        if (!exists(place.where))
            return fail(errc::not_found, "no_database", "there is no file " + place.where);
        out.session_ = std::make_unique<sqlite::database>(place.where, sqlite::access::read_write);
        return out;
    }
    auto made = connect(place.where);
    if (!made) return made.error();
    out.session_ = std::make_unique<postgresql::connection>(std::move(*made));
    return out;
}

result<endpoint> endpoint::open_target(const database_place& place,
                                       const sql::migration_watcher& watch) {
    endpoint out;
    if (place.kind == type::sqlite) {
        auto lock = sqlite::process_lock::take(place.where);
        if (!lock) return lock.error();
        out.lock_.emplace(std::move(*lock));
        auto created = sqlite::create_private(place.where);
        if (!created) return created.error();
        auto opened = open_to_write(place.where, watch);
        if (!opened) return opened.error();
        out.session_ = std::move(*opened);
        return out;
    }
    auto made = connect(place.where);
    if (!made) return made.error();
    if (!postgresql::claim_alone(*made)) return occupied();
    auto migrated = postgresql::migrate_alone(*made, watch);
    if (!migrated) return migrated.error();
    out.session_ = std::make_unique<postgresql::connection>(std::move(*made));
    return out;
}

result<endpoint> endpoint::open_backup(const std::string& file) {
    try {
        endpoint out;
        auto db = std::make_unique<sqlite::database>(file, sqlite::access::read_write);
        const auto migrations = sql::built_in_migrations(sql::dialect::sqlite);
        const auto state = sql::inspect(*db, migrations);
        if (!state) return state.error();
        std::string health;
        {
            sql::query rows{*db, "SELECT integrity_check FROM pragma_integrity_check LIMIT 1"};
            if (rows.next()) health = rows.text();
        }
        if (state->applied == 0 || health != "ok")
            return fail(errc::corrupt, "no_backup",
                        state->applied == 0 ? "this file is not a backup of a Tollgate database"
                                            : "the backup is damaged: " + health);
        auto migrated = sql::migrate(*db, migrations, base::system_clock{}.now());
        if (!migrated) return migrated.error();
        out.session_ = std::move(db);
        return out;
    } catch (const sql::sql_error& fault) {
        return fail(
            errc::corrupt, "no_backup",
            std::string{"this file is not a backup of a Tollgate database: "} + fault.what());
    }
}

result<> endpoint::migrate(const database_place& place, const sql::migration_watcher& watch) {
    if (place.kind == type::sqlite) {
        const auto done = open_target(place, watch);
        if (!done) return done.error();
        return {};
    }
    auto made = connect(place.where);
    if (!made) return made.error();
    return postgresql::migrate_alone(*made, watch);
}

void endpoint::begin_snapshot() {
    session_->script(session_->sql_dialect() == sql::dialect::sqlite
                         ? "BEGIN"
                         : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

result<bool> in_use(const database_place& place) {
    if (place.kind == type::sqlite) {
        const auto lock = sqlite::process_lock::take(place.where);
        if (lock) return false;
        if (lock.error().code == "store_locked") return true;
        return lock.error();
    }
    auto made = connect(place.where);
    if (!made) return made.error();
    return postgresql::is_in_use(*made);
}

}  // namespace tollgate::storage::transfer
