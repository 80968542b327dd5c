// Copies, backups and restores of whole databases, from either to either.
#include "storage/transfer.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <thread>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/transfer/tables.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/storage/backends.hpp"

namespace transfer_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::on_postgresql;
using test::on_sqlite;
using test::put;
using test::run_sync;

namespace {

database_place place_of(const on_sqlite& backend) {
    return {database_place::type::sqlite, backend.dir.file("t.db")};
}
database_place place_of(const on_postgresql& backend) {
    return {database_place::type::postgresql, backend.database.url()};
}

std::string code_of(const base::result<std::vector<table_facts>>& done) {
    return done ? "done" : done.error().code;
}

// More rows than fit a batch, times that are missing, bytes of every value.
void fill_much(record_store& store) {
    REQUIRE(test::fill(store));
    std::vector<change> changes;
    for (int i = 0; i < 1203; ++i) {
        auto server = test::server("team_a", "ia_a", "mcp_" + std::to_string(i), i);
        if (i % 3 == 0) server.expires_at = test::at(i);
        server.name = "Größe " + std::to_string(i);
        changes.emplace_back(add_server{server, 100'000});
    }
    std::string every_byte;
    for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
    changes.emplace_back(put_setting{"bytes", every_byte});
    changes.emplace_back(put_setting{"nothing", ""});
    REQUIRE(put(store, std::move(changes)));
}

void check_much(record_store& store) {
    CHECK(run_sync(store.server_ids("team_a", "ia_a")).value().size() == 1204);
    const auto server = run_sync(store.find_server("team_a", "ia_a", "mcp_3")).value();
    REQUIRE(server);
    CHECK(server->name == "Größe 3");
    CHECK(server->expires_at == test::at(3));
    CHECK_FALSE(run_sync(store.find_server("team_a", "ia_a", "mcp_4")).value()->expires_at);
    CHECK(run_sync(store.find_setting("bytes")).value()->size() == 256);
    CHECK(run_sync(store.find_setting("nothing")).value() == "");
    CHECK(run_sync(store.find_grant({{"p1", test::digest_of('T')}})).value());
}

bool same(const std::vector<table_facts>& a, const std::vector<table_facts>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.name == y.name && x.rows == y.rows && x.digest == y.digest;
    });
}

}  // namespace

TEST_CASE("storage transfer: every table of the schema is known, with its key",
          "[storage][transfer]") {
    const auto tables = transfer::tables_of_schema();
    std::set<std::string> names;
    for (const auto& one : tables) {
        INFO(one->name);
        CHECK_FALSE(one->key.empty());
        CHECK_FALSE(one->columns.empty());
        names.insert(one->name);
    }
    for (const char* name : {"settings", "teams", "api_keys", "integrated_accounts", "mcp_servers",
                             "mcp_tokens", "replays", "alarms"})
        CHECK(names.contains(name));
    CHECK_FALSE(names.contains("schema_migrations"));
}

TEST_CASE("storage transfer: SQLite to postgresql and back, every row the same",
          "[storage][transfer]") {
    on_sqlite first;
    on_postgresql second;
    on_sqlite third;
    fill_much(*first.open());
    const auto there = copy_database(place_of(first), place_of(second));
    REQUIRE(there.has_value());
    check_much(*second.open());
    const auto back = copy_database(place_of(second), place_of(third));
    REQUIRE(back.has_value());
    check_much(*third.open());
    CHECK(same(*there, *back));
    std::uint64_t rows = 0;
    for (const auto& one : *there) rows += one.rows;
    constexpr std::uint64_t alarms = 401;  // of the servers with an expiry
    CHECK(rows == 1204 + alarms + 2 + 2 + 2 + 1 + 2);
}

TEMPLATE_TEST_CASE("storage transfer: a copy refuses a target with rows, and what is in use",
                   "[storage][transfer]", on_sqlite, on_postgresql) {
    on_sqlite other;
    TestType backend;
    REQUIRE(test::fill(*backend.open()));
    REQUIRE(test::fill(*other.open()));
    CHECK(code_of(copy_database(place_of(other), place_of(backend))) == "target_not_empty");
    CHECK(code_of(copy_database(place_of(backend), place_of(other))) == "target_not_empty");
    CHECK(code_of(copy_database(place_of(backend), place_of(backend))) == "same_database");
    on_sqlite empty;
    const auto gateway = backend.open();
    for (const auto& refused : {copy_database(place_of(backend), place_of(empty)),
                                copy_database(place_of(empty), place_of(backend))}) {
        REQUIRE(refused.has_error());
        CHECK_FALSE(refused.error().message.empty());
    }
    CHECK(run_sync(gateway->find_team("team_a")).value());
}

TEST_CASE("storage transfer: a copy that fails leaves the postgresql target as it was",
          "[storage][transfer]") {
    on_sqlite from;
    on_postgresql to;
    {
        const auto store = from.open();
        fill_much(*store);
        auto server = test::server("team_a", "ia_a", "mcp_bad");
        server.name = "\xff";  // SQLite takes it
        REQUIRE(put(*store, {add_server{server, 100'000}}));
    }
    const auto failed = copy_database(place_of(from), place_of(to));
    CHECK(code_of(failed) == "database_failed");
    CHECK_FALSE(run_sync(to.open()->any_team()).value());
}

TEST_CASE("storage transfer: who watches hears of every table before it is copied",
          "[storage][transfer]") {
    on_sqlite from;
    on_sqlite to;
    fill_much(*from.open());
    std::vector<std::string> heard;
    const auto done =
        copy_database(place_of(from), place_of(to),
                      [&heard](std::string_view table, std::size_t before, std::size_t all) {
                          CHECK(before == heard.size());
                          CHECK(before < all);
                          heard.emplace_back(table);
                      });
    REQUIRE(done.has_value());
    std::vector<std::string> copied;
    for (const auto& one : *done) copied.push_back(one.name);
    CHECK(heard == copied);
}

TEST_CASE("storage transfer: what is not there or not ours is told", "[storage][transfer]") {
    on_sqlite backend;
    on_sqlite target;
    const database_place nothing{database_place::type::sqlite, backend.dir.file("no.db")};
    CHECK(look_at(nothing).error().code == "no_database");
    CHECK(code_of(copy_database(nothing, place_of(target))) == "no_database");
    CHECK(code_of(backup_database(nothing, backend.dir.file("b"), existing::keep)) ==
          "no_database");
    CHECK_FALSE(std::filesystem::exists(backend.dir.file("no.db")));
    std::ofstream{backend.dir.file("text")} << std::string(5000, 'x');
    CHECK(code_of(restore_database(backend.dir.file("text"), place_of(target), existing::keep)) ==
          "no_backup");
    std::ofstream{backend.dir.file("empty")} << "";
    CHECK(code_of(restore_database(backend.dir.file("empty"), place_of(target), existing::keep)) ==
          "no_backup");
}

TEMPLATE_TEST_CASE("storage transfer: an old schema is told, and migrated", "[storage][transfer]",
                   on_sqlite, on_postgresql) {
    TestType backend;
    const auto place = place_of(backend);
    const bool file = place.kind == database_place::type::sqlite;
    const auto steps =
        sql::built_in_migrations(file ? sql::dialect::sqlite : sql::dialect::postgresql);
    std::unique_ptr<sql::session> db;
    if (file)
        db = std::make_unique<sqlite::database>(place.where, sqlite::access::read_write);
    else
        db = std::make_unique<postgresql::connection>(postgresql::connect_options{place.where});
    REQUIRE(sql::migrate(*db, std::span{steps}.first(1), test::at(0)));
    db.reset();
    const auto before = look_at(place).value();
    CHECK(before.applied == 1);
    CHECK(before.missing.size() == steps.size() - 1);
    CHECK(before.tables.empty());
    on_sqlite target;
    CHECK(code_of(copy_database(place, place_of(target))) == "schema_old");
    CHECK(migrate_database(place).value() == before.missing);
    CHECK(migrate_database(place).value().empty());
    const auto after = look_at(place).value();
    CHECK(after.missing.empty());
    CHECK_FALSE(after.in_use);
    const auto gateway = backend.open();
    CHECK(look_at(place).value().in_use);
}

// Each batch adds a server and its token: a backup has as many of the one as of the other.
TEMPLATE_TEST_CASE("storage transfer: a backup under load is of one moment", "[storage][transfer]",
                   on_sqlite, on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(test::fill(*store));
    std::atomic<bool> stop{false};
    std::atomic<int> written{0};
    std::thread writer{[&] {
        for (int i = 0; !stop; ++i) {
            const std::string id = "mcp_" + std::to_string(i);
            auto token = test::token("team_a", id, 'x');
            token.token.digest = id + std::string(32 - id.size(), '.');
            if (!put(*store,
                     {add_server{test::server("team_a", "ia_a", id), 1'000'000}, add_token{token}}))
                return;
            ++written;
        }
    }};
    const test::temp_dir dir;
    std::vector<base::result<std::vector<table_facts>>> backups;
    for (const char* name : {"1", "2", "3"}) {
        const int before = written;
        CHECK(test::eventually([&] { return written > before; }));
        backups.push_back(backup_database(place_of(backend), dir.file(name), existing::keep));
    }
    stop = true;
    writer.join();
    for (const auto& backup : backups) {
        REQUIRE(backup.has_value());
        std::map<std::string, std::uint64_t> rows;
        for (const auto& one : *backup) rows[one.name] = one.rows;
        CHECK(rows["mcp_servers"] > 1);
        CHECK(rows["mcp_servers"] == rows["mcp_tokens"]);
    }
}

TEMPLATE_TEST_CASE("storage transfer: a backup is one private file and comes back",
                   "[storage][transfer]", on_sqlite, on_postgresql) {
    TestType backend;
    const test::temp_dir dir;
    const std::string file = dir.file("backup.db");
    auto gateway = backend.open();
    fill_much(*gateway);
    const auto made = backup_database(place_of(backend), file, existing::keep);
    REQUIRE(made.has_value());
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{dir.file("")}) {
        ++files;
        CHECK(entry.path().filename() == "backup.db");
    }
    CHECK(files == 1);
    struct stat facts{};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
    CHECK(code_of(backup_database(place_of(backend), file, existing::keep)) == "file_exists");
    CHECK(same(*made, backup_database(place_of(backend), file, existing::replace).value()));

    // later changes go away with the restore
    REQUIRE(
        put(*gateway, {remove_account{"team_a", "ia_a", 1204}, add_team{test::team("team_new")}}));
    const auto busy = restore_database(file, place_of(backend), existing::replace);
    CHECK(busy.has_error());
    gateway.reset();
    CHECK(code_of(restore_database(file, place_of(backend), existing::keep)) == "target_not_empty");
    const auto restored = restore_database(file, place_of(backend), existing::replace);
    REQUIRE(restored.has_value());
    CHECK(same(*made, *restored));
    gateway = backend.open();
    check_much(*gateway);
    CHECK_FALSE(run_sync(gateway->find_team("team_new")).value());
}

TEST_CASE("storage transfer: a damaged backup changes nothing", "[storage][transfer]") {
    on_sqlite from;
    on_sqlite to;
    fill_much(*from.open());
    REQUIRE(put(*to.open(), {add_team{test::team("team_kept")}}));
    const std::string file = from.dir.file("backup.db");
    REQUIRE(backup_database(place_of(from), file, existing::keep).has_value());
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    // every page but the first is overwritten somewhere
    {
        std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
        for (std::streamoff at = 4096; at < size; at += 4096) {
            out.seekp(at);
            out << "damaged damaged";
        }
    }
    CHECK(code_of(restore_database(file, place_of(to), existing::replace)) == "no_backup");
    CHECK(run_sync(to.open()->find_team("team_kept")).value());
}

TEST_CASE("storage transfer: a backup of an older version comes back", "[storage][transfer]") {
    on_sqlite old;
    on_sqlite to;
    const auto steps = sql::built_in_migrations(sql::dialect::sqlite);
    const std::string file = old.dir.file("old.db");
    {
        sqlite::database db{file, sqlite::access::read_write};
        REQUIRE(sql::migrate(db, std::span{steps}.first(1), test::at(0)));
        db.script("INSERT INTO teams VALUES ('team_a', 'A', 1); PRAGMA journal_mode = DELETE");
    }
    const auto before = std::filesystem::last_write_time(file);
    REQUIRE(restore_database(file, place_of(to), existing::keep).has_value());
    CHECK(run_sync(to.open()->find_team("team_a")).value());
    CHECK(std::filesystem::last_write_time(file) == before);
}

}  // namespace transfer_test
