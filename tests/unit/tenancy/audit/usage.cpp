// What audit records count, and how the counts are read.
#include "tenancy/audit/usage.hpp"

#include <catch2/catch.hpp>

#include "tenancy/audit/record_counts.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace usage_test {

using namespace tollgate;
using namespace std::chrono_literals;
using test::audit_world;
using test::run_sync;

namespace {

struct usage_world : audit_world {
    void integrate(const std::string& entry, int times = 1) {
        std::vector<storage::audit_row> rows;
        for (int i = 0; i < times; ++i) {
            rows.push_back(row());
            rows.back().entry = entry;
        }
        add(std::move(rows));
        work();
    }
    tenancy::usage_report usage(const std::string& scope, std::int64_t hours = 24) {
        return run_sync(registry->usage(team(), scope, hours)).value();
    }
};

}  // namespace

TEST_CASE("usage: each record is counted once, for its team, account and server",
          "[tenancy][usage]") {
    usage_world t;
    t.integrate(R"({"account":"ia_1","kind":"call","micros":1500,"server":"mcp_1"})", 3);
    t.integrate(R"({"account":"ia_1","decision":"refused","kind":"call","server":"mcp_2"})");
    t.integrate(
        R"({"account":"ia_1","kind":"write_finished","micros":90,"outcome":"failed","server":"mcp_1"})");
    t.integrate(R"({"account":"ia_1","kind":"write_intended","server":"mcp_1"})");
    t.integrate(R"({"action":"GET /team","kind":"admin_finished"})");
    const auto team = t.usage(t.team());
    CHECK(team.total.calls == 5);
    CHECK(team.total.refused == 1);
    CHECK(team.total.failed == 1);
    CHECK(t.usage("ia_1").total.calls == 5);
    CHECK(t.usage("mcp_1").total.calls == 4);
    CHECK(t.usage("mcp_2").total.refused == 1);
    CHECK(team.p50_ms == 2);
    CHECK(team.hours.size() == 24);
    CHECK(team.hours.back().counts.calls == 5);
    CHECK_FALSE(t.usage("mcp_3").p50_ms);
}

TEST_CASE("usage: a call that is held or confirmed is its client's, its execution is not",
          "[tenancy][usage]") {
    usage_world t;
    const auto clients = [&t] {
        return run_sync(t.store->list_mcp_clients(t.team(), "mcp_1")).value();
    };
    t.integrate(
        R"({"approval":"apr_1","client":"Executed","kind":"write_finished","server":"mcp_1"})");
    CHECK(clients().empty());
    t.integrate(
        R"({"approval":"apr_1","client":"Held","decision":"needs_approval","kind":"call","server":"mcp_1"})");
    t.clock.advance(1s);
    t.integrate(
        R"({"approval":"confirmation","client":"Confirmed","kind":"write_finished","server":"mcp_1"})");
    REQUIRE(clients().size() == 2);
    for (const auto& one : clients()) CHECK(one.called_at);
}

TEST_CASE("usage: hours are told apart, and old counts are removed", "[tenancy][usage]") {
    usage_world t;
    t.integrate(R"({"kind":"call"})");
    t.clock.advance(3h);
    t.integrate(R"({"kind":"call"})", 2);
    const auto day = t.usage(t.team());
    CHECK(day.total.calls == 3);
    CHECK(day.hours.at(20).counts.calls == 1);
    CHECK(day.hours.at(23).counts.calls == 2);
    CHECK(t.usage(t.team(), 2).total.calls == 2);
    std::vector<storage::change> changes{
        storage::purge_hourly_counts{tenancy::hour_of(t.clock.now()), 1'000}};
    run_sync(t.store->commit(std::move(changes))).value();
    CHECK(t.usage(t.team()).total.calls == 2);
}

TEST_CASE("usage: a million calls are read from few rows", "[tenancy][usage]") {
    usage_world t;
    storage::integrate_audit many;
    for (std::int64_t hour = 0; hour < 168; ++hour)
        for (std::int64_t bound : {1, 2, 5, 10, 20, 50})
            many.counts.push_back({t.team(), tenancy::hour_of(t.clock.now()) - hour,
                                   "took:" + std::to_string(bound), 1'000});
    t.record();
    t.work();
    many.team_id = t.team();
    many.from_size = many.size = t.head().size;
    many.root = t.head().root;
    std::vector<storage::change> changes{std::move(many)};
    run_sync(t.store->commit(std::move(changes))).value();
    const auto week = t.usage(t.team(), 168);
    CHECK(week.p50_ms == 5);
    CHECK(week.p95_ms == 50);
}

TEST_CASE("usage: durations fall into bounds", "[tenancy][usage]") {
    CHECK(tenancy::duration_bound(0) == 1);
    CHECK(tenancy::duration_bound(3) == 5);
    CHECK(tenancy::duration_bound(5) == 5);
    CHECK(tenancy::duration_bound(10'000'000) == 100'000);
}

}  // namespace usage_test
