// When accounts' keys are checked, on both databases: who takes a check and when, and what is kept.
#include "storage/changes/key_checks.hpp"

#include <catch2/catch.hpp>

#include <memory>

#include "tests/unit/storage/backends.hpp"

namespace key_checks_storage_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::put;
using test::run_sync;

namespace {

// The account that is taken at `now`, or "".
std::string taken(record_store& store, std::int64_t now, const std::string& claim) {
    const auto account = std::make_shared<std::optional<account_to_check>>();
    REQUIRE(put(store, {claim_key_check{claim, at(now), at(now + 30), account}}));
    return *account ? (*account)->team_id + "/" + (*account)->account_id : "";
}

account_row stored(record_store& store) {
    return run_sync(store.find_account("team_a", "ia_a")).value().value();
}

constexpr auto fresh_store = [](auto& backend) {
    auto store = backend.open();
    REQUIRE(put(*store, {add_team{test::team("team_a")}, add_team{test::team("team_b")},
                         add_account{test::account("team_a", "ia_a"), 10, at(100)},
                         add_account{test::account("team_b", "ia_b"), 10, at(200)},
                         add_account{test::account("team_b", "ia_never"), 10}}));
    return store;
};

}  // namespace

TEMPLATE_TEST_CASE("storage key_checks: a due check is taken once, and again when it is due again",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = fresh_store(backend);
    CHECK(run_sync(store->next_key_check()).value() == at(100));
    CHECK(taken(*store, 99, "clm_0").empty());
    CHECK(taken(*store, 250, "clm_1") == "team_a/ia_a");
    CHECK(taken(*store, 250, "clm_2") == "team_b/ia_b");
    CHECK(taken(*store, 250, "clm_3").empty());
    CHECK(taken(*store, 280, "clm_4") == "team_a/ia_a");  // the claim has ended
    REQUIRE(put(*store, {finish_key_check{"clm_1", {"team_a", "ia_a"}, at(900)},
                         finish_key_check{"clm_2", {"team_b", "ia_b"}, at(800)}}));
    CHECK(run_sync(store->next_key_check()).value() == at(310));  // of clm_4, not of clm_1
    REQUIRE(put(*store, {finish_key_check{"clm_4", {"team_a", "ia_a"}, at(900)}}));
    CHECK(run_sync(store->next_key_check()).value() == at(800));
    REQUIRE(put(*store, {arm_key_checks{at(700)}}));  // of the one for which none was planned
    CHECK(taken(*store, 750, "clm_5") == "team_b/ia_never");
    CHECK(taken(*store, 750, "clm_6").empty());
}

TEMPLATE_TEST_CASE("storage key_checks: what was found is kept for the version it is about",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = fresh_store(backend);
    const account_to_check which{"team_a", "ia_a"};
    CHECK_FALSE(stored(*store).key_checked_at.has_value());
    REQUIRE(put(*store, {note_key_check{which, 1, at(5), R"({"a":1})"}}));
    CHECK(stored(*store).key_checked_at == at(5));
    CHECK(stored(*store).key_check == R"({"a":1})");
    CHECK(stored(*store).version == 1);
    auto changed = stored(*store);
    changed.key_checked_at.reset();
    changed.key_check.clear();
    REQUIRE(put(*store, {replace_account{changed, at(50)}}));
    CHECK(run_sync(store->next_key_check()).value() == at(50));
    REQUIRE(put(*store, {note_key_check{which, 1, at(6), "{}"}}));  // of the earlier version
    CHECK_FALSE(stored(*store).key_checked_at.has_value());
    // A check that was claimed before the change does not put off the new one.
    CHECK(taken(*store, 60, "clm_1") == "team_a/ia_a");
    REQUIRE(put(*store, {replace_account{stored(*store), at(70)}}));
    REQUIRE(put(*store, {finish_key_check{"clm_1", which, at(900)}}));
    CHECK(run_sync(store->next_key_check()).value() == at(70));
    REQUIRE(put(*store, {remove_account{"team_a", "ia_a", 0}}));
    CHECK(run_sync(store->next_key_check()).value() == at(200));
}

}  // namespace key_checks_storage_test
