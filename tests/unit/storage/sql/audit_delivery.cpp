// What has been sent of the audit logs, on both databases: one instance sends, positions move from
// where they were.
#include "storage/changes/audit_delivery.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/audit.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/changes/log.hpp"
#include "tests/unit/storage/backends.hpp"

namespace audit_delivery_storage_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::put;
using test::run_sync;

namespace {

const std::string there = "forward_webhook";

// A log of `size` entries that were recorded at the milliseconds 1, 2, …
void add_log(record_store& store, const std::string& team, std::int64_t size) {
    add_audit records;
    integrate_audit step{team, 0, {}, {}, {}, size, std::string(32, 'r')};
    for (std::int64_t i = 0; i < size; ++i) {
        audit_row row;
        row.id = team + std::to_string(i);
        row.team_id = team;
        row.recorded_at = at(i + 1);
        row.kind = "call";
        row.decision = "allowed";
        row.entry = "{}";
        step.ids.push_back(row.id);
        records.rows.push_back(std::move(row));
    }
    REQUIRE(put(store, {std::move(records), std::move(step)}));
}

bool hold(record_store& store, const std::string& who, std::int64_t now, std::int64_t until) {
    auto held = std::make_shared<bool>(false);
    REQUIRE(put(store, {hold_delivery{there, who, at(now), at(until), held}}));
    return *held;
}

std::vector<audit_delivery_row> due(record_store& store, audit_delivery_due when = {}) {
    if (when.now == base::timestamp{}) when.now = at(1000);
    return run_sync(store.list_deliveries_due(there, when)).value();
}

std::string code_of(const base::result<>& outcome) {
    return outcome ? "" : outcome.error().code;
}

}  // namespace

TEMPLATE_TEST_CASE("storage audit delivery: one instance at a time sends to a destination",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {put_instance{{"a", 1, 1, at(0)}}, put_instance{{"b", 1, 1, at(0)}}}));
    CHECK(hold(*store, "a", 10, 100));
    CHECK_FALSE(hold(*store, "b", 99, 200));
    CHECK(hold(*store, "a", 50, 150));
    CHECK(hold(*store, "b", 150, 300));
    CHECK_FALSE(hold(*store, "a", 200, 400));
    // What has ended is not waited for.
    REQUIRE(put(*store, {remove_instance{"b", {}}}));
    CHECK(hold(*store, "a", 200, 400));
    REQUIRE(put(*store, {drop_delivery{there, "a"}, put_instance{{"b", 1, 1, at(0)}}}));
    CHECK(hold(*store, "b", 201, 400));
}

TEMPLATE_TEST_CASE("storage audit delivery: a position moves from where it was, by the holder only",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    {
        const auto store = backend.open();
        REQUIRE(put(*store, {put_instance{{"a", 1, 1, at(0)}}, put_instance{{"b", 1, 1, at(0)}}}));
        add_log(*store, "team_a", 5);
        REQUIRE(hold(*store, "a", 10, 100));
        CHECK(put(*store, {advance_delivery{there, "a", "team_a", 0, 3, at(20)}}));
        CHECK(code_of(put(*store, {advance_delivery{there, "a", "team_a", 0, 4, at(20)}})) ==
              "delivery_moved");
        CHECK(code_of(put(*store, {advance_delivery{there, "b", "team_a", 3, 4, at(20)}})) ==
              "delivery_moved");
        CHECK(code_of(put(*store, {fail_delivery{there, "b", "team_a", 3, 4, at(20), at(30),
                                                 ""}})) == "delivery_moved");
    }
    const auto store = backend.open();
    const auto rows = run_sync(store->list_deliveries(there, "team_a", 10)).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].position == 3);
    CHECK(rows[0].size == 5);
    CHECK(rows[0].delivered_at == at(20));
    const auto sum = run_sync(store->sum_deliveries(there, {})).value();
    CHECK(sum.records == 2);
    CHECK(sum.oldest == at(4));
    CHECK(sum.delivered == at(20));
    CHECK(run_sync(store->sum_deliveries("anchor_file", {}))->oldest == at(1));
}

TEMPLATE_TEST_CASE("storage audit delivery: a failure waits for its time and keeps what was sent",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {put_instance{{"a", 1, 1, at(0)}}}));
    add_log(*store, "team_a", 5);
    add_log(*store, "team_b", 2);
    REQUIRE(hold(*store, "a", 10, 100));
    REQUIRE(
        put(*store, {fail_delivery{there, "a", "team_a", 0, 2, at(20), at(2000), "it says 500"}}));
    REQUIRE(
        put(*store, {fail_delivery{there, "a", "team_a", 0, 2, at(21), at(2000), "it says 501"}}));
    auto rows = due(*store);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].team_id == "team_b");
    rows = due(*store, {.now = at(2000)});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].failures == 2);
    CHECK(rows[0].attempted == 2);
    CHECK(rows[0].failed_at == at(21));
    CHECK(rows[0].last_error == "it says 501");
    REQUIRE(put(*store, {advance_delivery{there, "a", "team_a", 0, 5, at(30)}}));
    rows = due(*store, {.now = at(3000)});
    REQUIRE(rows.size() == 1);
    rows = run_sync(store->list_deliveries(there, "", 10)).value();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].team_id == "team_b");  // has most to send
    CHECK(rows[1].failures == 0);
    CHECK_FALSE(rows[1].retry_at);
    CHECK(rows[1].last_error == "it says 501");
}

TEMPLATE_TEST_CASE("storage audit delivery: checkpoints are due when there is a newer one",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {put_instance{{"a", 1, 1, at(0)}}}));
    add_log(*store, "team_a", 5);
    CHECK(due(*store, {.checkpoints = true}).empty());
    REQUIRE(put(*store, {sign_audit{"team_a", "note", 4, at(5)}}));
    CHECK(due(*store, {.checkpoints = true}).size() == 1);
    REQUIRE(hold(*store, "a", 10, 100));
    REQUIRE(put(*store, {advance_delivery{there, "a", "team_a", 0, 4, at(20)}}));
    CHECK(due(*store, {.checkpoints = true}).empty());
    REQUIRE(put(*store, {sign_audit{"team_a", "note", 5, at(25)}}));
    CHECK(due(*store, {.checkpoints = true, .delivered_before = at(19)}).empty());
    CHECK(due(*store, {.checkpoints = true, .delivered_before = at(20)}).size() == 1);
}

TEMPLATE_TEST_CASE("storage audit delivery: a replay goes back, never ahead", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {put_instance{{"a", 1, 1, at(0)}}}));
    add_log(*store, "team_a", 5);
    CHECK(put(*store, {rewind_delivery{there, "team_a", 0}}));
    CHECK(code_of(put(*store, {rewind_delivery{there, "team_a", 1}})) == "position_ahead");
    REQUIRE(hold(*store, "a", 10, 100));
    REQUIRE(put(*store, {advance_delivery{there, "a", "team_a", 0, 5, at(20)}}));
    CHECK(put(*store, {rewind_delivery{there, "team_a", 2}}));
    const auto rows = due(*store);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].position == 2);
    CHECK(code_of(put(*store, {advance_delivery{there, "a", "team_a", 5, 6, at(21)}})) ==
          "delivery_moved");
}

}  // namespace audit_delivery_storage_test
