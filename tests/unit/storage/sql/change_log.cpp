// What instances tell each other, on both databases.
#include <catch2/catch.hpp>

#include <thread>

#include "storage/changes/alarms.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/tokens.hpp"
#include "tests/unit/storage/backends.hpp"

namespace change_log_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::put;
using test::run_sync;

namespace {

std::int64_t log(record_store& store, logged_kind kind, std::vector<std::string> subjects,
                 timestamp when = at(10)) {
    auto seq = std::make_shared<std::int64_t>(0);
    REQUIRE(put(store, {log_change{kind, std::move(subjects), "inst_a", when, seq}}).has_value());
    return *seq;
}

log_page read(record_store& store, std::int64_t after, std::size_t limit = 100) {
    return run_sync(store.read_log(after, limit)).value();
}

std::vector<instance_row> instances(record_store& store) {
    return run_sync(store.list_instances()).value();
}

}  // namespace

TEMPLATE_TEST_CASE("storage change_log: entries are numbered without a gap and read in order",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    CHECK(read(*store, 0).epoch.empty());
    CHECK(log(*store, logged_kind::server_revoked, {"mcp_a"}) == 1);
    CHECK(log(*store, logged_kind::account_removed, {"ia_a", "mcp_b", "mcp_c"}) == 2);
    CHECK(log(*store, logged_kind::api_key_removed, {}) == 3);
    const auto all = read(*store, 0);
    CHECK_FALSE(all.epoch.empty());
    CHECK(all.floor == 0);
    CHECK(all.last == 3);
    REQUIRE(all.entries.size() == 3);
    CHECK(all.entries[1].seq == 2);
    CHECK(all.entries[1].kind == logged_kind::account_removed);
    CHECK(all.entries[1].subjects == std::vector<std::string>{"ia_a", "mcp_b", "mcp_c"});
    CHECK(all.entries[1].origin == "inst_a");
    CHECK(all.entries[2].subjects.empty());
    CHECK(read(*store, 2).entries.front().seq == 3);
    CHECK(read(*store, 0, 2).entries.size() == 2);
    CHECK(read(*store, 3).entries.empty());
}

// A change that did not happen is in no log, and takes no number.
TEMPLATE_TEST_CASE("storage change_log: an entry is one with its change", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    auto seq = std::make_shared<std::int64_t>(0);
    CHECK(put(*store, {revoke_server{"team_x", "ia_x", "mcp_x", at(1)},
                       log_change{logged_kind::server_revoked, {"mcp_x"}, "inst_a", at(1), seq}})
              .has_error());
    CHECK(read(*store, 0).last == 0);
    CHECK(log(*store, logged_kind::server_revoked, {"mcp_a"}) == 1);
}

TEMPLATE_TEST_CASE("storage change_log: writers at once leave no gap", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([&store] {
            for (int n = 0; n < 10; ++n) {
                auto seq = std::make_shared<std::int64_t>(0);
                std::vector<change> one{
                    log_change{logged_kind::server_changed, {"mcp_a"}, "inst_a", at(1), seq}};
                (void)run_sync(store->commit(std::move(one)));
            }
        });
    std::int64_t seen = 0;
    while (seen < 40) {  // what is read is whole up to its end at any moment
        const auto page = read(*store, seen);
        REQUIRE(static_cast<std::int64_t>(page.entries.size()) == page.last - seen);
        for (const auto& entry : page.entries) REQUIRE(entry.seq == ++seen);
    }
    for (auto& writer : writers) writer.join();
}

TEMPLATE_TEST_CASE("storage change_log: old entries go, and the floor says so", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    log(*store, logged_kind::server_changed, {"mcp_a"}, at(10));
    log(*store, logged_kind::server_changed, {"mcp_a"}, at(20));
    log(*store, logged_kind::server_changed, {"mcp_a"}, at(30));
    REQUIRE(put(*store, {trim_log{at(25)}}).has_value());
    const auto left = read(*store, 0);
    CHECK(left.floor == 2);
    CHECK(left.entries.size() == 1);
    REQUIRE(put(*store, {trim_log{at(25)}}).has_value());
    CHECK(read(*store, 0).floor == 2);
    REQUIRE(put(*store, {trim_log{at(100)}}).has_value());
    CHECK(read(*store, 0).floor == 3);
    CHECK(read(*store, 0).last == 3);
    CHECK(log(*store, logged_kind::server_changed, {"mcp_a"}) == 4);
}

TEMPLATE_TEST_CASE("storage change_log: a log is begun once, and renewed by who knew it",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    REQUIRE(put(*store, {open_log{"log_1"}}).has_value());
    REQUIRE(put(*store, {open_log{"log_2"}}).has_value());
    CHECK(read(*store, 0).epoch == "log_1");
    REQUIRE(put(*store, {renew_log{"log_2", "log_3"}}).has_value());
    CHECK(read(*store, 0).epoch == "log_1");
    REQUIRE(put(*store, {renew_log{"log_1", "log_3"}}).has_value());
    CHECK(read(*store, 0).epoch == "log_3");
}

TEMPLATE_TEST_CASE("storage change_log: an instance's row counts its writes", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    REQUIRE(put(*store, {put_instance{{"inst_a", 5, 0, at(1)}}}).has_value());
    REQUIRE(put(*store, {put_instance{{"inst_b", 5, 0, at(1)}}}).has_value());
    REQUIRE(put(*store, {put_instance{{"inst_a", 7, 0, at(9)}}}).has_value());
    const auto rows = instances(*store);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].seen == 7);
    CHECK(rows[0].beats == 2);
    CHECK(rows[0].started_at == at(1));
    // One that has moved meanwhile stays.
    REQUIRE(put(*store, {remove_instance{"inst_a", 1}}).has_value());
    CHECK(instances(*store).size() == 2);
    REQUIRE(put(*store, {remove_instance{"inst_a", 2}, remove_instance{"inst_b", {}}}).has_value());
    CHECK(instances(*store).empty());
}

TEMPLATE_TEST_CASE("storage change_log: a purge logs what it ended", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType base;
    const auto store = base.open();
    REQUIRE(test::fill(*store).has_value());
    server_row row = test::server("team_a", "ia_a", "mcp_x");
    row.expires_at = at(50);
    REQUIRE(put(*store, {add_server{row, 10}, cap_tokens{"team_a", "mcp_a", at(40)}}).has_value());
    auto taken = std::make_shared<std::vector<alarm_row>>();
    REQUIRE(put(*store, {claim_alarms{"clm_1", at(60), at(90), 10, taken}}).has_value());
    auto done = std::make_shared<fired_alarms>();
    REQUIRE(put(*store, {fire_alarms{"clm_1", at(60), at(90), done, "inst_a"}}).has_value());
    const auto page = read(*store, 0);
    REQUIRE(page.entries.size() == 2);
    CHECK(page.entries[0].kind == logged_kind::server_expired);
    CHECK(page.entries[0].subjects == std::vector<std::string>{"mcp_x"});
    CHECK(page.entries[1].kind == logged_kind::token_ended);
    CHECK(page.entries[1].subjects.front().starts_with("mcp_a:"));
}

}  // namespace change_log_test
