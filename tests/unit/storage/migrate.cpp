#include "storage/sqlite/migrate.hpp"

#include <catch2/catch.hpp>

#include "storage/sqlite/reads.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"

using namespace tollgate;
using namespace tollgate::storage::sqlite;

namespace {

const base::timestamp now = base::from_unix_ms(1'800'000'000'000);
const migration one{1, "one", "CREATE TABLE a (x INTEGER) STRICT;"};
const migration two{2, "two", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b VALUES (7);"};

bool has_table(database& db, std::string_view name) {
    query rows{db, "SELECT 1 FROM sqlite_schema WHERE name = ?", name};
    return rows.next();
}

}  // namespace

TEST_CASE("storage migrate: applies what is missing, in order, once", "[storage][migrate]") {
    const test::temp_dir dir;
    database db{dir.file("t.db"), access::read_write};
    REQUIRE(migrate(db, std::vector{one}, now).has_value());
    CHECK_FALSE(has_table(db, "b"));
    REQUIRE(migrate(db, std::vector{one, two}, now).has_value());
    REQUIRE(migrate(db, std::vector{one, two}, now).has_value());
    query rows{db, "SELECT count(*) FROM b"};
    REQUIRE(rows.next());
    CHECK(rows.integer() == 1);
}

TEST_CASE("storage migrate: a changed checksum or name is refused", "[storage][migrate]") {
    const test::temp_dir dir;
    database db{dir.file("t.db"), access::read_write};
    REQUIRE(migrate(db, std::vector{one}, now).has_value());
    migration edited = one;
    edited.sql = "CREATE TABLE a (x INTEGER, y INTEGER) STRICT;";
    const auto refused = migrate(db, std::vector{edited, two}, now);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "schema_changed");
    CHECK_FALSE(has_table(db, "b"));
    migration renamed = one;
    renamed.name = "uno";
    CHECK(migrate(db, std::vector{renamed}, now).error().code == "schema_changed");
}

TEST_CASE("storage migrate: a database newer than the binary is refused", "[storage][migrate]") {
    const test::temp_dir dir;
    database db{dir.file("t.db"), access::read_write};
    REQUIRE(migrate(db, std::vector{one, two}, now).has_value());
    const auto refused = migrate(db, std::vector{one}, now);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "schema_newer");
    CHECK(refused.error().message.find("version 2") != std::string::npos);
}

TEST_CASE("storage migrate: a migration that fails leaves nothing behind", "[storage][migrate]") {
    const test::temp_dir dir;
    database db{dir.file("t.db"), access::read_write};
    const migration broken{2, "two", "CREATE TABLE b (x INTEGER) STRICT; NOT SQL;"};
    CHECK_THROWS_AS(migrate(db, std::vector{one, broken}, now), sqlite_error);
    CHECK(has_table(db, "a"));
    CHECK_FALSE(has_table(db, "b"));
    CHECK(migrate(db, std::vector{one, two}, now).has_value());
}

TEST_CASE("storage migrate: the built-in migrations are numbered without gaps",
          "[storage][migrate]") {
    const auto steps = built_in_migrations();
    REQUIRE_FALSE(steps.empty());
    for (std::size_t i = 0; i < steps.size(); ++i)
        CHECK(steps[i].version == static_cast<int>(i) + 1);
    CHECK(steps.front().name == "tenancy");
    CHECK(steps.front().sql.find("CREATE TABLE teams") != std::string_view::npos);
}

TEST_CASE("storage migrate: an account of the first schema is active, thawed and alone",
          "[storage][migrate]") {
    const test::temp_dir dir;
    database db{dir.file("t.db"), access::read_write};
    const auto steps = built_in_migrations();
    REQUIRE(migrate(db, std::span{steps}.first(1), now).has_value());
    db.script(
        "INSERT INTO teams VALUES ('team_a', 'A', 1);"
        "INSERT INTO integrated_accounts VALUES ('ia_a', 'team_a', 'Acme', 'test', 'secret', "
        "'WXYZ', 'k1', x'01', x'02', '', '', '[]', 'key_a', 1, 1, 7)");
    REQUIRE(migrate(db, steps, now).has_value());
    const auto account = storage::sqlite::find_account(db, "team_a", "ia_a");
    REQUIRE(account);
    CHECK(account->version == 7);
    CHECK(account->connected_accounts == "[]");
    CHECK_FALSE(account->needs_reauth_at);
    CHECK_FALSE(account->frozen_at);
    const auto team = storage::sqlite::find_team(db, "team_a");
    REQUIRE(team);
    CHECK_FALSE(team->frozen_at);
}
