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

policy_change_row change_of(const std::string& id, std::int64_t base = 0,
                            const std::string& asked_by = "per_ana") {
    policy_change_row out;
    out.id = id;
    out.team_id = "team_a";
    out.base_version = base;
    out.rules = "[]";
    out.asked_by = asked_by;
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

// An API key of team_a that `maker` made.
add_api_key key_by(const std::string& maker, const std::string& id, char letter) {
    add_api_key out{test::api_key("team_a", id, letter), 100};
    out.row.created_by = maker;
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

TEMPLATE_TEST_CASE("policy change rows: a person does not confirm what their API key asked for",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {key_by("per_ana", "key_1", 'C'), key_by("per_ana", "key_2", 'D'),
                         key_by("key_1", "key_3", 'E'), key_by("per_ben", "key_4", 'F')}));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_1", 0, "key_1"), 20}}));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_2", 0, "key_3"), 20}}));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_3"), 20}}));
    const auto nobody_of_ana = [&] {
        for (const auto* id : {"pch_1", "pch_2", "pch_3"})
            for (const auto* who : {"per_ana", "key_1", "key_2", "key_3"}) {
                CAPTURE(id, who);
                CHECK(code_of(put(*store, {by(who, id)})) == "asked_yourself");
            }
    };
    nobody_of_ana();
    // Deleting keys does not hide who made them.
    REQUIRE(put(*store, {remove_api_key{"team_a", "key_1", at(150)}}));
    nobody_of_ana();
    REQUIRE(put(*store, {add_policy_change{change_of("pch_4", 0, "key_3"), 20}}));
    CHECK(code_of(put(*store, {by("per_ana", "pch_4")})) == "asked_yourself");
    CHECK(version_in(*store) == 0);
    const auto found = run_sync(store->find_policy_change("team_a", "pch_4")).value();
    REQUIRE(found);
    CHECK(found->asked_by == "key_3");
    CHECK(found->asked_side == "per_ana");
    REQUIRE(put(*store, {by("key_4", "pch_4")}));
    CHECK(version_in(*store) == 1);
}

TEMPLATE_TEST_CASE("policy change rows: keys without a person have their first key behind them",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {key_by("key_a", "key_1", 'C'), key_by("key_a", "key_2", 'D')}));
    REQUIRE(put(*store, {add_policy_change{change_of("pch_1", 0, "key_1"), 20}}));
    CHECK(code_of(put(*store, {by("key_2", "pch_1")})) == "asked_yourself");
    CHECK(code_of(put(*store, {by("key_a", "pch_1")})) == "asked_yourself");
    REQUIRE(put(*store, {by("per_ben", "pch_1")}));
}

TEMPLATE_TEST_CASE("policy change rows: a chain of more than 16 API keys neither asks nor confirms",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    std::string maker = "per_ana";
    for (int i = 1; i <= 17; ++i) {
        const auto id = "key_" + std::to_string(i);
        REQUIRE(put(*store, {key_by(maker, id, static_cast<char>('a' + i))}));
        maker = id;
    }
    REQUIRE(put(*store, {add_policy_change{change_of("pch_1", 0, "key_16"), 20}}));
    CHECK(code_of(put(*store, {by("per_ana", "pch_1")})) == "asked_yourself");
    CHECK(code_of(put(*store, {by("key_17", "pch_1")})) == "key_chain_too_long");
    CHECK(code_of(put(*store, {add_policy_change{change_of("pch_2", 0, "key_17"), 20}})) ==
          "key_chain_too_long");
    CHECK(version_in(*store) == 0);
}

}  // namespace policy_change_rows_test
