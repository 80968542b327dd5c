#include "storage/sql/migrate.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sql/reads.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace migrate_test {

using namespace tollgate;
using namespace tollgate::storage::sql;

namespace {

const base::timestamp now = base::from_unix_ms(1'800'000'000'000);
const migration one{1, "one", "CREATE TABLE a (x INTEGER) STRICT;"};
const migration two{2, "two", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b VALUES (7);"};

// One connection to an empty database.
struct on_sqlite {
    test::temp_dir dir;
    storage::sqlite::database db{dir.file("t.db"), storage::sqlite::access::read_write};
};
struct on_postgresql {
    test::postgres_database database;
    storage::postgresql::connection db{{database.url()}};
};

bool has_table(session& db, std::string_view name) {
    if (db.sql_dialect() == dialect::sqlite) {
        query rows{db, "SELECT 1 FROM sqlite_schema WHERE name = ?", name};
        return rows.next();
    }
    query rows{db, "SELECT 1 FROM pg_tables WHERE tablename = ?", name};
    return rows.next();
}

migration in(const session& db, migration step) {
    step.sql = in_dialect(step.sql, db.sql_dialect());
    return step;
}

}  // namespace

TEMPLATE_TEST_CASE("storage migrate: applies what is missing, in order, once", "[storage][migrate]",
                   on_sqlite, on_postgresql) {
    TestType backend;
    session& db = backend.db;
    REQUIRE(migrate(db, std::vector{in(db, one)}, now).has_value());
    CHECK_FALSE(has_table(db, "b"));
    REQUIRE(migrate(db, std::vector{in(db, one), in(db, two)}, now).has_value());
    REQUIRE(migrate(db, std::vector{in(db, one), in(db, two)}, now).has_value());
    query rows{db, "SELECT count(*) FROM b"};
    REQUIRE(rows.next());
    CHECK(rows.integer() == 1);
}

TEMPLATE_TEST_CASE("storage migrate: a changed checksum or name is refused", "[storage][migrate]",
                   on_sqlite, on_postgresql) {
    TestType backend;
    session& db = backend.db;
    REQUIRE(migrate(db, std::vector{in(db, one)}, now).has_value());
    migration edited = in(db, one);
    edited.sql += " ";
    const auto refused = migrate(db, std::vector{edited, in(db, two)}, now);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "schema_changed");
    CHECK_FALSE(has_table(db, "b"));
    migration renamed = in(db, one);
    renamed.name = "uno";
    CHECK(migrate(db, std::vector{renamed}, now).error().code == "schema_changed");
}

TEMPLATE_TEST_CASE("storage migrate: a database newer than the binary is refused",
                   "[storage][migrate]", on_sqlite, on_postgresql) {
    TestType backend;
    session& db = backend.db;
    REQUIRE(migrate(db, std::vector{in(db, one), in(db, two)}, now).has_value());
    const auto refused = migrate(db, std::vector{in(db, one)}, now);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "schema_newer");
    CHECK(refused.error().message.find("version 2") != std::string::npos);
}

TEMPLATE_TEST_CASE("storage migrate: a migration that fails leaves nothing behind",
                   "[storage][migrate]", on_sqlite, on_postgresql) {
    TestType backend;
    session& db = backend.db;
    const migration broken = in(db, {2, "two", "CREATE TABLE b (x INTEGER) STRICT; NOT SQL;"});
    CHECK_THROWS_AS(migrate(db, std::vector{in(db, one), broken}, now), sql_error);
    CHECK_FALSE(has_table(db, "a"));  // the database was empty, and still is
    REQUIRE(migrate(db, std::vector{in(db, one)}, now).has_value());
    CHECK_THROWS_AS(migrate(db, std::vector{in(db, one), broken}, now), sql_error);
    CHECK(has_table(db, "a"));
    CHECK_FALSE(has_table(db, "b"));
    CHECK(migrate(db, std::vector{in(db, one), in(db, two)}, now).has_value());
}

TEST_CASE("storage migrate: the built-in migrations are numbered without gaps",
          "[storage][migrate]") {
    const auto steps = built_in_migrations(dialect::sqlite);
    REQUIRE_FALSE(steps.empty());
    for (std::size_t i = 0; i < steps.size(); ++i)
        CHECK(steps[i].version == static_cast<int>(i) + 1);
    CHECK(steps.front().name == "tenancy");
    CHECK(steps.front().sql.find("CREATE TABLE teams") != std::string::npos);
}

TEMPLATE_TEST_CASE("storage migrate: an account of the first schema is active, thawed and alone",
                   "[storage][migrate]", on_sqlite, on_postgresql) {
    TestType backend;
    session& db = backend.db;
    const auto steps = built_in_migrations(db.sql_dialect());
    REQUIRE(migrate(db, std::span{steps}.first(1), now).has_value());
    db.script("INSERT INTO teams VALUES ('team_a', 'A', 1)");
    db.run(
        "INSERT INTO integrated_accounts VALUES ('ia_a', 'team_a', 'Acme', 'test', 'secret', "
        "'WXYZ', 'k1', ?, ?, '', '', '[]', 'key_a', 1, 1, 7)",
        blob{"1"}, blob{"2"});
    REQUIRE(migrate(db, steps, now).has_value());
    const auto account = find_account(db, "team_a", "ia_a");
    REQUIRE(account);
    CHECK(account->version == 7);
    CHECK(account->connected_accounts == "[]");
    CHECK_FALSE(account->needs_reauth_at);
    CHECK_FALSE(account->frozen_at);
    const auto team = find_team(db, "team_a");
    REQUIRE(team);
    CHECK_FALSE(team->frozen_at);
}

// Databases out there hold these checksums: a released migration never changes, for neither.
TEST_CASE("storage migrate: released migrations keep their checksums", "[storage][migrate]") {
    const auto checksum = [](dialect of, std::size_t index) {
        const auto steps = built_in_migrations(of);
        return base::hex(base::as_view(base::sha256(steps.at(index).sql)));
    };
    CHECK(checksum(dialect::sqlite, 0) ==
          "59d862503f79cc8af96199718d4d2f6ca5991f153f7bd4ef68e2097c7596a33f");
    CHECK(checksum(dialect::sqlite, 1) ==
          "fabb28c4a8323e5bee2f206a685f66dbb722ee055a467df0af7a379149b7e61b");
    CHECK(checksum(dialect::postgresql, 0) ==
          "1ceb68474d4a8573d6f9875da13b7d3f500aa7fcea39a947ece9560791d5b503");
    CHECK(checksum(dialect::postgresql, 1) ==
          "2d451c88954caa8b2feeb95436c7007a42a71c3a9682c848a805fce2a5c11a6a");
}

TEST_CASE("storage migrate: SQLite's words in PostgreSQL's", "[storage][migrate]") {
    CHECK(in_dialect("CREATE TABLE a (x INTEGER, y BLOB NOT NULL) STRICT;", dialect::postgresql) ==
          "CREATE TABLE a (x BIGINT, y BYTEA NOT NULL) ;");
    CHECK(in_dialect("t TEXT DEFAULT 'a TEXT', -- a BLOB\n INTEGERS BLOB", dialect::postgresql) ==
          "t TEXT COLLATE \"C\" DEFAULT 'a TEXT', -- a BLOB\n INTEGERS BYTEA");
    CHECK(in_dialect("x -- TEXT", dialect::postgresql) == "x -- TEXT");
    CHECK(in_dialect("x 'TEXT", dialect::postgresql) == "x 'TEXT");
    CHECK(in_dialect("t TEXT STRICT", dialect::sqlite) == "t TEXT STRICT");
}

}  // namespace migrate_test
