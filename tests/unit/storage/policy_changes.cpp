// Policy changes that a second person confirms, on both databases.
#include <catch2/catch.hpp>

#include "storage/changes/policies.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "tests/unit/storage/backends.hpp"

namespace policy_change_rows_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

policy_change_row change_of(const std::string& id, std::int64_t base = 0) {
    policy_change_row out;
    out.id = id;
    out.team_id = "team_a";
    out.base_version = base;
    out.rules = "[]";
    out.asked_by = "per_ana";
    out.asked_at = at(100);
    out.expires_at = at(1'000);
    return out;
}

std::string code_of(const base::result<>& done) {
    return done ? "" : done.error().code;
}

decide_policy_change by(const std::string& who, const std::string& id, std::int64_t when = 200) {
    return {"team_a", id, who, true, "", at(when)};
}

patch_team setting(const std::string& word) {
    patch_team out;
    out.id = "team_a";
    out.at = at(50);
    out.policy_changes = word;
    return out;
}

std::int64_t version_in(record_store& store) {
    const auto found = run_sync(store.find_policy("team_a", "")).value();
    return found ? found->version : 0;
}

}  // namespace

TEMPLATE_TEST_CASE("policy change rows: somebody else puts a change in force, once", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {setting("second_person")}));
    CHECK(code_of(put(*store, {put_policy{{"team_a", "", 1, "[]", "per_ana", at(90)},
                                          confirmation::none}})) == "second_person_needed");
    REQUIRE(put(*store, {add_policy_change{change_of("pch_1"), 2}}));
    CHECK(code_of(put(*store, {by("per_ana", "pch_1")})) == "asked_yourself");
    CHECK(version_in(*store) == 0);
    REQUIRE(put(*store, {by("per_ben", "pch_1")}));
    CHECK(version_in(*store) == 1);
    CHECK(code_of(put(*store, {by("per_ben", "pch_1")})) == "policy_change_ended");
    const auto found = run_sync(store->find_policy_change("team_a", "pch_1")).value();
    REQUIRE(found);
    CHECK(found->state == policy_change_state::confirmed);
    CHECK(found->decided_by == "per_ben");
    CHECK(found->decided_at == at(200));
    CHECK_FALSE(run_sync(store->find_policy_change("team_b", "pch_1")).value());
}

TEMPLATE_TEST_CASE("policy change rows: an expired one and one of older rules are refused",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_1"), 2}}));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_2"), 2}}));
    CHECK(code_of(put(*store, {add_policy_change{change_of("pch_3"), 2}})) == "limit_reached");
    CHECK(code_of(put(*store, {by("per_ben", "pch_1", 1'000)})) == "policy_change_ended");
    REQUIRE(put(*store, {by("per_ben", "pch_2", 999)}));
    CHECK(code_of(put(*store, {by("per_ben", "pch_1", 999)})) == "version_changed");
    CHECK(run_sync(store->list_policy_changes("team_a", at(999), 10)).value().size() == 1);
    CHECK(run_sync(store->list_policy_changes("team_a", at(1'000), 10)).value().empty());
    CHECK(run_sync(store->list_policy_changes("team_a", {}, 10)).value().size() == 2);
    REQUIRE(put(*store, {purge_expired{at(100) + std::chrono::hours{400 * 24}}}));
    CHECK(run_sync(store->list_policy_changes("team_a", {}, 10)).value().empty());
}

TEMPLATE_TEST_CASE("policy change rows: the setting ends when somebody else confirms it",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {setting("second_person")}));
    auto ends = change_of("pch_1");
    ends.ends_setting = true;
    ends.rules = "";
    REQUIRE(put(*store, {add_policy_change{ends, 2}}));
    const auto word = [&] {
        return run_sync(store->find_team("team_a")).value()->settings.policy_changes;
    };
    CHECK(code_of(put(*store, {by("per_ana", "pch_1")})) == "asked_yourself");
    CHECK(word() == "second_person");
    REQUIRE(put(*store, {by("per_ben", "pch_1")}));
    CHECK(word() == "alone");
    CHECK(version_in(*store) == 0);
}

}  // namespace policy_change_rows_test
