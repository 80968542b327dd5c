// Audit logs on both databases: records get positions, heads move from the size they had.
#include "storage/changes/audit_log.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/audit.hpp"
#include "tests/support/drained_loop.hpp"
#include "tests/unit/storage/backends.hpp"

namespace audit_log_storage_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::put;
using test::run_sync;

namespace {

audit_row record(const std::string& id, std::int64_t ms, const std::string& team = "team_a") {
    audit_row out;
    out.id = id;
    out.team_id = team;
    out.recorded_at = at(ms);
    out.kind = "call";
    out.decision = "allowed";
    out.entry = R"({"id":")" + id + R"("})";
    return out;
}

std::string root(char letter) {
    return std::string(32, letter);
}

integrate_audit step(std::int64_t from, std::vector<std::string> ids, char letter = 'r',
                     std::vector<audit_tile> tiles = {}) {
    const auto size = from + static_cast<std::int64_t>(ids.size());
    return {"team_a", from, std::move(ids), {}, std::move(tiles), size, root(letter)};
}

// The ids of the entries that a read gives, with their positions.
std::string shown(const base::result<std::vector<audit_entry>>& rows) {
    std::string out;
    for (const audit_entry& row : rows.value())
        out += row.id + (row.position ? ":" + std::to_string(*row.position) : "") + " ";
    return out;
}

std::string in_log(record_store& store, std::int64_t from = 0, std::int64_t to = 1000) {
    return shown(run_sync(store.list_audit_entries("team_a", from, to)));
}
std::string waiting(record_store& store, std::size_t limit = 100, std::size_t bytes = 10'000) {
    return shown(run_sync(store.list_waiting_audit("team_a", limit, bytes)));
}
audit_log_row head(record_store& store) {
    return run_sync(store.find_audit_log("team_a")).value().value();
}

}  // namespace

TEMPLATE_TEST_CASE("storage audit log: waiting records get positions, a head and tiles",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    {
        const auto store = backend.open();
        CHECK_FALSE(run_sync(store->find_audit_log("team_a")).value());
        CHECK(run_sync(store->count_waiting_audit())->empty());
        REQUIRE(put(*store, {add_audit{{record("aud_2", 5), record("aud_3", 7), record("aud_1", 5),
                                        record("aud_4", 1, "team_b")}}}));
        const auto counted = run_sync(store->count_waiting_audit()).value();
        REQUIRE(counted.size() == 2);
        CHECK(counted[0].team_id == "team_a");
        CHECK(counted[0].records == 3);
        CHECK(counted[0].oldest == at(5));
        CHECK(waiting(*store) == "aud_1 aud_2 aud_3 ");
        const std::string hashes("\0\xff", 2);
        REQUIRE(put(*store, {step(0, {"aud_1", "aud_2"}, 'r', {{0, 0, hashes}, {1, 2, "up"}})}));
        REQUIRE(put(*store, {step(2, {"aud_3"}, 's', {{0, 0, hashes + "more"}})}));
    }
    const auto store = backend.open();  // once more, from the file
    CHECK(in_log(*store) == "aud_1:0 aud_2:1 aud_3:2 ");
    CHECK(in_log(*store, 1, 2) == "aud_2:1 ");
    CHECK(run_sync(store->list_audit_entries("team_a", 0, 1))->front().entry ==
          R"({"id":"aud_1"})");
    CHECK(waiting(*store).empty());
    CHECK(run_sync(store->count_waiting_audit())->size() == 1);
    CHECK(head(*store).size == 3);
    CHECK(head(*store).root == root('s'));
    CHECK(head(*store).checkpoint.empty());
    CHECK_FALSE(head(*store).signed_at);
    CHECK(run_sync(store->find_audit_tile("team_a", 0, 0)).value() == std::string("\0\xffmore", 6));
    CHECK(run_sync(store->find_audit_tile("team_a", 1, 2)).value() == "up");
    CHECK_FALSE(run_sync(store->find_audit_tile("team_b", 0, 0)).value());
    CHECK(run_sync(store->list_audit_logs())->size() == 1);
    CHECK(run_sync(store->list_audit_entries("team_b", 0, 9))->empty());
}

TEMPLATE_TEST_CASE("storage audit log: new records are stored at their positions, or not at all",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {add_audit{{record("aud_1", 1)}}}));
    const auto rows = std::make_shared<const std::vector<audit_row>>(
        std::vector{record("aud_2", 2), record("aud_3", 3), record("aud_4", 4)});
    integrate_audit first = step(0, {"aud_1"});
    first.added = {rows, 1, 2};
    first.size = 3;
    REQUIRE(put(*store, {first}));
    CHECK(in_log(*store) == "aud_1:0 aud_3:1 aud_4:2 ");
    CHECK(waiting(*store).empty());
    CHECK(run_sync(store->list_audit("team_a", {}, {})).value().front().id == "aud_4");

    integrate_audit again = step(3, {}, 's');
    again.added = {rows, 0, 2};  // the second one is stored already
    again.size = 5;
    CHECK(put(*store, {again}).error().code == "exists_already");
    again.from_size = 2;  // the log has another size
    again.added = {rows, 0, 1};
    CHECK(put(*store, {again}).error().code == "audit_log_changed");
    CHECK(in_log(*store) == "aud_1:0 aud_3:1 aud_4:2 ");
    CHECK(head(*store).root == root('r'));
}

TEMPLATE_TEST_CASE("storage audit log: a step from another size changes nothing", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(put(*store, {add_audit{{record("aud_1", 1), record("aud_2", 2),
                                    record("aud_3", 3, "team_b")}}}));
    REQUIRE(put(*store, {step(0, {"aud_1"})}));
    const auto refused = [&](const integrate_audit& what) {
        const auto done = put(*store, {what});
        REQUIRE(done.has_error());
        CHECK(head(*store).size == 1);
        CHECK(head(*store).root == root('r'));
        CHECK(in_log(*store) == "aud_1:0 ");
        CHECK_FALSE(run_sync(store->find_audit_tile("team_a", 0, 0)).value());
        return done.error().code;
    };
    const std::vector<audit_tile> tiles{{0, 0, "x"}};
    CHECK(refused(step(0, {"aud_2"}, 'x', tiles)) == "audit_log_changed");  // the head is at 1
    CHECK(refused(step(2, {"aud_2"}, 'x', tiles)) == "audit_log_changed");
    CHECK(refused(step(1, {"aud_2", "aud_1"}, 'x', tiles)) == "audit_log_changed");
    CHECK(refused(step(1, {"aud_2", "aud_3"}, 'x', tiles)) == "audit_log_changed");
    CHECK(refused(step(1, {"aud_2", "aud_9"}, 'x', tiles)) == "audit_log_changed");
    auto other = step(0, {"aud_3"});
    other.team_id = "team_b";
    REQUIRE(put(*store, {other}));
    CHECK(in_log(*store) == "aud_1:0 ");
    CHECK(shown(run_sync(store->list_audit_entries("team_b", 0, 9))) == "aud_3:0 ");
}

TEMPLATE_TEST_CASE("storage audit log: a checkpoint is of a size that the log has, and never older",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    const auto sign = [&](const std::string& text, std::int64_t size) {
        const auto done = put(*store, {sign_audit{"team_a", text, size, at(50)}});
        return done ? std::string{} : done.error().code;
    };
    CHECK(sign("of nothing", 0) == "audit_log_changed");
    REQUIRE(put(*store, {add_audit{{record("aud_1", 1), record("aud_2", 2)}}}));
    REQUIRE(put(*store, {step(0, {"aud_1", "aud_2"})}));
    CHECK(sign("of three", 3) == "audit_log_changed");
    CHECK(head(*store).checkpoint.empty());
    CHECK(sign("of two", 2).empty());
    CHECK(sign("of one", 1) == "audit_log_changed");
    CHECK(head(*store).checkpoint == "of two");
    CHECK(head(*store).checkpoint_size == 2);
    CHECK(head(*store).signed_at == at(50));
    CHECK(head(*store).size == 2);
}

TEMPLATE_TEST_CASE("storage audit log: waiting records are limited by count and by length",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    std::vector<audit_row> rows;
    for (int i = 1; i <= 5; ++i) {
        rows.push_back(record("aud_" + std::to_string(i), i));
        rows.back().entry = std::string(10, 'e');
    }
    REQUIRE(put(*store, {add_audit{rows}}));
    CHECK(waiting(*store, 3) == "aud_1 aud_2 aud_3 ");
    CHECK(waiting(*store, 9, 1) == "aud_1 ");  // one is always given
    CHECK(waiting(*store, 9, 20) == "aud_1 aud_2 ");
    CHECK(waiting(*store, 9, 21) == "aud_1 aud_2 aud_3 ");
}

TEMPLATE_TEST_CASE("storage audit log: the records of a receipt, in the log or not yet",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    std::vector<audit_row> rows{record("aud_1", 1), record("aud_2", 2), record("aud_3", 3)};
    rows[0].receipt_id = rows[2].receipt_id = "rcp_1";
    REQUIRE(put(*store, {add_audit{rows}}));
    REQUIRE(put(*store, {step(0, {"aud_1", "aud_2"})}));
    const auto of = [&](const std::string& team, const std::string& receipt) {
        return shown(run_sync(store->list_receipt_audit(team, receipt)));
    };
    CHECK(of("team_a", "rcp_1") == "aud_1:0 aud_3 ");
    CHECK(of("team_a", "rcp_2").empty());
    CHECK(of("team_b", "rcp_1").empty());
    CHECK(of("team_a", "").empty());
}

TEMPLATE_TEST_CASE("storage audit log: of two writers that take the same step, one succeeds",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    std::vector<audit_row> rows;
    for (int i = 0; i < 40; ++i) rows.push_back(record("aud_" + std::to_string(100 + i), i));
    REQUIRE(put(*store, {add_audit{rows}}));
    test::drained_loop loop;
    int taken = 0;
    int refused = 0;
    for (int round = 0; round < 20; ++round) {
        for (int writer = 0; writer < 2; ++writer) {
            const std::string id = "aud_" + std::to_string(100 + 2 * round + writer);
            std::vector<change> changes{step(round, {id}, static_cast<char>('a' + writer))};
            boost::asio::co_spawn(loop, store->commit(std::move(changes)),
                                  [&](std::exception_ptr error, const base::result<>& done) {
                                      test::rethrow(error);
                                      if (done) ++taken;
                                      if (!done && done.error().code == "audit_log_changed")
                                          ++refused;
                                  });
        }
        loop.run();
        loop.restart();
    }
    CHECK(taken == 20);
    CHECK(refused == 20);
    CHECK(head(*store).size == 20);
    CHECK(run_sync(store->list_audit_entries("team_a", 0, 100))->size() == 20);
}

TEMPLATE_TEST_CASE("storage audit log: records that match are read in parts, in the log and before",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    add_audit all;
    for (int i = 1; i <= 9; ++i) {
        all.rows.push_back(record("aud_" + std::to_string(i), i));
        if (i % 2 == 0) all.rows.back().tool = "even";
    }
    all.rows.push_back(record("aud_x", 8));
    all.rows.push_back(record("aud_b", 1, "team_b"));
    REQUIRE(put(*store, {std::move(all), step(0, {"aud_1", "aud_2", "aud_3", "aud_4", "aud_5"})}));
    const auto in_part = [&](audit_search what, std::int64_t from, std::int64_t to,
                             std::size_t limit) {
        return shown(run_sync(store->list_audit_in_log("team_a", what, from, to, limit)));
    };
    CHECK(in_part({}, 0, 100, 3) == "aud_1:0 aud_2:1 aud_3:2 ");
    CHECK(in_part({}, 3, 4, 3) == "aud_4:3 ");
    CHECK(in_part({.tool = "even"}, 0, 100, 3) == "aud_2:1 aud_4:3 ");
    CHECK(in_part({.from = at(3), .before = at(5)}, 0, 100, 9) == "aud_3:2 aud_4:3 ");
    const auto before = [&](audit_search what, std::int64_t after, const std::string& id,
                            std::size_t limit) {
        return shown(run_sync(store->list_audit_not_in_log("team_a", what, at(after), id, limit)));
    };
    CHECK(before({}, 0, "", 2) == "aud_6 aud_7 ");
    CHECK(before({}, 7, "aud_7", 9) == "aud_8 aud_x aud_9 ");
    CHECK(before({}, 8, "aud_8", 9) == "aud_x aud_9 ");
    CHECK(before({.tool = "even"}, 0, "", 9) == "aud_6 aud_8 ");
    CHECK(before({.before = at(8)}, 0, "", 9) == "aud_6 aud_7 ");
    CHECK(shown(run_sync(store->list_audit_not_in_log("team_a", {}, base::timestamp::min(), "",
                                                      1))) == "aud_6 ");
}

}  // namespace audit_log_storage_test
