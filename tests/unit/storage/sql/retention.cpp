// What teams keep no longer, on both databases: who takes a team and when, and what is removed.
#include "storage/changes/retention.hpp"

#include <catch2/catch.hpp>

#include <memory>

#include "storage/changes/audit.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/changes/teams.hpp"
#include "tests/unit/storage/backends.hpp"

namespace retention_storage_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::put;
using test::run_sync;

namespace {

// The team that is taken at `now`, or "".
std::string taken(record_store& store, std::int64_t now, const std::string& claim = "clm_1") {
    const auto team = std::make_shared<std::optional<std::string>>();
    REQUIRE(put(store, {claim_retention{claim, at(now), at(now + 30), team}}));
    return team->value_or("");
}

// A log of 300 entries whose checkpoint covers 299 of them.
void make_log(record_store& store) {
    add_audit records;
    integrate_audit into{"team_a", 0, {}, {}, {}, 300, std::string(32, 'r')};
    for (int i = 0; i < 300; ++i) {
        audit_row row;
        row.id = "aud_" + std::to_string(i);
        row.team_id = "team_a";
        row.recorded_at = at(i);
        row.entry = "{}";
        into.ids.push_back(row.id);
        records.rows.push_back(std::move(row));
    }
    REQUIRE(put(store, {std::move(records), std::move(into)}));
    REQUIRE(put(store, {sign_audit{"team_a", "note", 299, at(300)}}));
}

patch_team settings(std::optional<std::int64_t> days, bool hold) {
    patch_team out;
    out.id = "team_a";
    out.at = at(0);
    out.audit_retention_days.emplace(days);
    out.audit_legal_hold = hold;
    return out;
}

std::size_t entries(record_store& store) {
    return run_sync(store.list_audit_entries("team_a", 0, 1000)).value().size();
}

}  // namespace

TEMPLATE_TEST_CASE("storage retention: each team is taken once when it is due, and again later",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {add_team{test::team("team_a")}, add_team{test::team("team_b")}}));
    CHECK_FALSE(run_sync(store->next_retention()).value());
    REQUIRE(put(*store, {arm_retention{}}));
    REQUIRE(put(*store, {arm_retention{}}));
    CHECK(run_sync(store->next_retention()).value() == at(0));
    const std::string first = taken(*store, 5);
    CHECK((first == "team_a" || first == "team_b"));
    CHECK(taken(*store, 5, "clm_2") == (first == "team_a" ? "team_b" : "team_a"));
    CHECK(taken(*store, 5, "clm_3").empty());
    REQUIRE(put(*store, {rearm_retention{"clm_2", first, at(7)}}));  // another's claim
    CHECK(run_sync(store->next_retention()).value() == at(35));
    REQUIRE(put(*store, {rearm_retention{"clm_1", first, at(20)}}));
    CHECK(run_sync(store->next_retention()).value() == at(20));
    CHECK(taken(*store, 35, "clm_4") == first);
    CHECK_FALSE(run_sync(store->next_alarm()).value());  // not among the expiries
    CHECK(run_sync(store->count_rows()).value().alarms == 0);
    // A changed setting makes it due, whoever has claimed it.
    REQUIRE(put(*store, {settings(30, false)}));
    CHECK(taken(*store, 36, "clm_5") == "team_a");
}

TEMPLATE_TEST_CASE("storage retention: the oldest entries go with the statement, or nothing does",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {add_team{test::team("team_a")}}));
    make_log(*store);
    const auto code = [&](std::int64_t days, std::int64_t from, std::int64_t to) {
        const auto done = put(*store, {remove_audit{"team_a", days, from, to, "statement"}});
        return done ? std::string{} : done.error().code;
    };
    CHECK(code(30, 0, 256) == "retention_changed");  // kept for ever
    REQUIRE(put(*store, {settings(30, true)}));
    CHECK(code(30, 0, 256) == "retention_changed");  // on legal hold
    REQUIRE(put(*store, {settings(30, false)}));
    CHECK(code(31, 0, 256) == "retention_changed");
    CHECK(code(30, 256, 280) == "audit_log_changed");  // the kept ones do not begin there
    CHECK(code(30, 0, 299) == "audit_log_changed");    // the checkpoint covers no more than that
    CHECK(entries(*store) == 300);
    CHECK(code(30, 0, 256).empty());
    CHECK(entries(*store) == 44);
    const auto log = run_sync(store->find_audit_log("team_a")).value().value();
    CHECK(log.kept_from == 256);
    CHECK(log.retention == "statement");
    CHECK(log.size == 300);
    CHECK(code(30, 0, 256) == "audit_log_changed");
    // What was removed does not wait to be sent; what follows it does.
    const auto sum = run_sync(store->sum_deliveries("forward_webhook", {})).value();
    CHECK(sum.records == 44);
    CHECK(sum.oldest == at(256));
    REQUIRE(put(*store, {settings({}, false)}));
    CHECK(code(30, 256, 280) == "retention_changed");
}

}  // namespace retention_storage_test
