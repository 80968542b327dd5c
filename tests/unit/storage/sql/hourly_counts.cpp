// Counts of the hour: amounts of receipts, once each, and never so large that they stop the log.
#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>

#include "storage/changes/audit_log.hpp"
#include "storage/changes/receipts.hpp"
#include "tests/unit/storage/backends.hpp"

namespace hourly_counts_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

constexpr std::int64_t absurd = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t most = 10'000'000'000'000'000;
constexpr std::int64_t this_hour = 500'000;

void pay(record_store& store, const std::string& id, std::int64_t amount) {
    receipt_row row;
    row.id = id;
    row.team_id = "team_a";
    row.account_id = "ia_a";
    row.server_id = "mcp_a";
    row.tool = "refund_order";
    row.operation_key = "of_" + id;
    row.request_digest = std::string(32, 'd');
    row.argument_digests = "{}";
    row.created_at = row.sent_at = at(10);
    row.resolve_at = at(40);
    row.request = {"k1", "wrapped", "request"};
    auto begun = std::make_shared<receipt_begun>();
    REQUIRE(put(store, {begin_receipt{row, at(0), begun}}));
    receipt_outcome outcome;
    outcome.state = receipt_state::succeeded;
    outcome.status = 200;
    outcome.amount = amount;
    outcome.currency = "usd";
    REQUIRE(put(store, {finish_receipt{"team_a", id, 1, outcome, at(12), {}}}));
}

// A batch of the log in which `receipts` succeeded.
base::result<> integrate(record_store& store, const std::vector<std::string>& receipts,
                         std::vector<hourly_count> counts = {}) {
    integrate_audit batch;
    batch.team_id = "team_a";
    batch.root = std::string(32, 'r');
    batch.counts = std::move(counts);
    for (const std::string& id : receipts) batch.writes.push_back({id, this_hour, {"team_a"}});
    return put(store, {batch});
}

std::int64_t count_of(record_store& store, const std::string& what) {
    const auto rows =
        run_sync(store.list_hourly_counts("team_a", "team_a", this_hour, this_hour + 1)).value();
    for (const hourly_count& one : rows)
        if (one.what == what) return one.amount;
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("hourly counts: an absurd amount is left out and stops no log", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    pay(*store, "rcp_1", absurd);
    pay(*store, "rcp_2", absurd);
    pay(*store, "rcp_3", -absurd);
    pay(*store, "rcp_4", 500);
    REQUIRE(integrate(*store, {"rcp_1"}));
    REQUIRE(integrate(*store, {"rcp_2", "rcp_3", "rcp_4"}));
    CHECK(count_of(*store, "amount:usd") == 500);
    CHECK(count_of(*store, "writes:usd") == 1);
}

TEMPLATE_TEST_CASE("hourly counts: sums stop at a bound, in one batch and in several", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    const hourly_count much{"team_a", this_hour, "calls", absurd};
    const hourly_count little{"team_a", this_hour, "failed", -absurd};
    REQUIRE(integrate(*store, {}, {much, much, little, little}));
    REQUIRE(integrate(*store, {}, {much, little}));
    CHECK(count_of(*store, "calls") == most);
    CHECK(count_of(*store, "failed") == -most);
}

TEMPLATE_TEST_CASE("hourly counts: any number of counts is added, in one batch and again",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    std::int64_t batches = 0;
    for (const int rows : {1, 5, 6, 7, 12, 20}) {
        std::vector<hourly_count> counts;
        for (int i = 0; i < rows; ++i)
            counts.push_back({"team_a", this_hour, "took:" + std::to_string(i), i + 1});
        REQUIRE(integrate(*store, {}, counts));
        ++batches;
        CHECK(count_of(*store, "took:0") == batches);
        CHECK(count_of(*store, "took:" + std::to_string(rows - 1)) == rows);
    }
    CHECK(count_of(*store, "took:4") == 5 * 5);
}

TEMPLATE_TEST_CASE("hourly counts: a receipt is counted once, however many records name it",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    pay(*store, "rcp_1", 700);
    REQUIRE(integrate(*store, {"rcp_1", "rcp_1"}));
    REQUIRE(integrate(*store, {"rcp_1"}));
    CHECK(count_of(*store, "amount:usd") == 700);
    CHECK(count_of(*store, "writes:usd") == 1);
}

}  // namespace hourly_counts_test
