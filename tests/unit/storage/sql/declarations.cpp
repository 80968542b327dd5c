// Declarations of accounts, on both databases.
#include "storage/changes/declarations.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/accounts.hpp"
#include "storage/changes/teams.hpp"
#include "tests/unit/storage/backends.hpp"

namespace declaration_rows_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

put_declarations version_of(std::int64_t version, const std::string& document,
                            const std::string& account = "ia_a") {
    return {{"team_a", account, version, document, "key_a", at(100)}};
}

std::string code_of(const base::result<>& done) {
    return done ? "" : done.error().code;
}

}  // namespace

TEMPLATE_TEST_CASE("declarations: a version replaces the one before it, and only that one",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    CHECK_FALSE(run_sync(store->find_declarations("team_a", "ia_a")).value().has_value());
    REQUIRE(put(*store, {version_of(1, "a: 1")}));
    CHECK(code_of(put(*store, {version_of(1, "a: 2")})) == "version_changed");
    CHECK(code_of(put(*store, {version_of(3, "a: 2")})) == "version_changed");
    REQUIRE(put(*store, {version_of(2, "")}));
    const auto found = run_sync(store->find_declarations("team_a", "ia_a")).value();
    REQUIRE(found.has_value());
    CHECK(found->version == 2);
    CHECK(found->document.empty());
    CHECK(found->changed_by == "key_a");
    CHECK_FALSE(run_sync(store->find_declarations("team_b", "ia_a")).value().has_value());
    CHECK(code_of(put(*store, {version_of(1, "a: 1", "ia_none")})) == "not_found");
}

TEMPLATE_TEST_CASE("declarations: one person alone cannot change them where rules need two",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    patch_team setting;
    setting.id = "team_a";
    setting.at = at(50);
    setting.policy_changes = "second_person";
    REQUIRE(put(*store, {setting}));
    CHECK(code_of(put(*store, {version_of(1, "a: 1")})) == "second_person_needed");
}

}  // namespace declaration_rows_test
