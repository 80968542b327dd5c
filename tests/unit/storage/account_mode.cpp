// The mode of an account: written as text, read back as one of two values.
#include "storage/account_mode.hpp"

#include <catch2/catch.hpp>

#include "storage/postgresql/connection.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/unit/storage/backends.hpp"

namespace account_mode_test {

using namespace tollgate;
using namespace tollgate::storage;

namespace {

// Writes a mode that the gateway itself never writes, past the database's own check.
void write_unknown_mode(test::on_sqlite& backend) {
    sqlite::database db{backend.dir.file("t.db"), sqlite::access::read_write};
    db.script(
        "PRAGMA ignore_check_constraints = ON;"
        "UPDATE integrated_accounts SET mode = 'prod' WHERE id = 'ia_a'");
}
void write_unknown_mode(test::on_postgresql& backend) {
    postgresql::connection db{{backend.database.url()}};
    db.script("ALTER TABLE integrated_accounts DROP CONSTRAINT integrated_accounts_mode_check");
    db.script("UPDATE integrated_accounts SET mode = 'prod' WHERE id = 'ia_a'");
}

// Keeps the reasons that are logged.
struct logged_reasons final : base::logger {
    void write(base::log_level, std::string_view,
               std::initializer_list<base::log_field> fields) noexcept override {
        for (const auto& one : fields)
            if (one.key == "reason") texts += std::string{one.text} + '\n';
    }
    std::string texts;
};

}  // namespace

TEST_CASE("storage account mode: each mode has one text, and no other text is a mode",
          "[storage][accounts]") {
    for (const auto mode : {account_mode::test, account_mode::live})
        CHECK(account_mode_named(to_string(mode)) == mode);
    for (const auto* const other : {"", "Test", "LIVE", "prod", "live "})
        CHECK_FALSE(account_mode_named(other));
}

TEMPLATE_TEST_CASE("storage account mode: a live account is read back as a live account",
                   "[storage][accounts]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(test::fill(*store).has_value());
    auto live = test::account("team_a", "ia_live");
    live.mode = account_mode::live;
    REQUIRE(test::put(*store, {add_account{live, 10}}).has_value());
    CHECK(test::run_sync(store->find_account("team_a", "ia_live")).value()->mode ==
          account_mode::live);
    CHECK(test::run_sync(store->find_account("team_a", "ia_a")).value()->mode ==
          account_mode::test);
}

TEMPLATE_TEST_CASE("storage account mode: an unknown mode in the database fails the read",
                   "[storage][accounts]", test::on_sqlite, test::on_postgresql) {
    logged_reasons log;
    TestType backend;
    backend.log = &log;
    const auto store = backend.open();
    REQUIRE(test::fill(*store).has_value());
    write_unknown_mode(backend);
    const auto account = test::run_sync(store->find_account("team_a", "ia_a"));
    REQUIRE_FALSE(account.has_value());
    CHECK(account.error().code == "store_unavailable");
    CHECK(log.texts.find("ia_a: its mode is 'prod'") != std::string::npos);
    const auto server = test::run_sync(store->describe_server("mcp_a"));
    CHECK_FALSE(server.has_value());
    CHECK(test::run_sync(store->find_account("team_b", "ia_b")).has_value());
}

}  // namespace account_mode_test
