#include "storage/postgresql/start.hpp"

#include <thread>

#include "base/clock.hpp"
#include "storage/postgresql/pool.hpp"
#include "storage/sql/migrate.hpp"

namespace tollgate::storage::postgresql {

using base::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr int server_version_min = 130000;
constexpr milliseconds migration_timeout{10 * 60'000};
constexpr milliseconds poll_every{100};

base::failure cannot_open(std::string sentence) {
    return base::fail(base::errc::unavailable, "store_open_failed", std::move(sentence));
}

}  // namespace

// Waits for a database that is still starting.
result<connection> connect_patiently(const connect_options& options, milliseconds start_wait) {
    const auto until = steady_clock::now() + start_wait;
    for (;;) {
        try {
            return connection{options};
        } catch (const connect_error& fault) {
            if (fault.why() == refusal::final)
                return cannot_open(std::string{"the database refuses the connection: "} +
                                   fault.what());
            if (steady_clock::now() >= until)
                return cannot_open("the database did not answer for " +
                                   std::to_string(start_wait.count() / 1000) +
                                   " s: " + fault.what());
        }
        std::this_thread::sleep_for(poll_every);
    }
}

result<> check_server(connection& db, base::logger& log) {
    if (db.server_version() < server_version_min)
        return cannot_open("the database is PostgreSQL " +
                           std::to_string(db.server_version() / 10000) +
                           "; version 13 or newer is needed");
    if (db.reported("server_encoding") != "UTF8")
        return cannot_open("the database has the encoding " + db.reported("server_encoding") +
                           "; make one with UTF8 (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE "
                           "template0)");
    sql::query rows{db, "SELECT 1 WHERE current_setting('fsync') = 'off'"};
    if (rows.next())
        log.warning("store_not_durable",
                    {{"reason",
                      "the server runs with fsync = off: a power loss may lose "
                      "everything"}});
    return {};
}

// If several instances start together, one migrates and the others wait for it.
result<> migrate_alone(connection& db, const sql::migration_watcher& watch) {
    const auto migrations = sql::built_in_migrations(sql::dialect::postgresql);
    const auto until = steady_clock::now() + migration_timeout;
    while (!claim_migrations(db)) {
        if (steady_clock::now() >= until)
            return cannot_open(
                "another instance has been changing the database's schema for too "
                "long: see what it does");
        std::this_thread::sleep_for(poll_every);
    }
    db.allow(migration_timeout);
    const base::system_clock clock;
    auto migrated = sql::migrate(db, migrations, clock.now(), watch);
    leave_migrations(db);
    return migrated;
}

}  // namespace tollgate::storage::postgresql
