// Receipts of writes, on both databases.
#include "storage/changes/receipts.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/accounts.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "tests/unit/storage/backends.hpp"

namespace receipts_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

receipt_row intent(const std::string& id, const std::string& key, char digest = 'd') {
    receipt_row out;
    out.id = id;
    out.team_id = "team_a";
    out.account_id = "ia_a";
    out.server_id = "mcp_a";
    out.tool = "create_a_stripe_refund";
    out.operation_key = key;
    out.request_digest = std::string(32, digest);
    out.argument_digests = R"({"charge":"0011"})";
    out.created_at = at(10);
    out.sent_at = at(10);
    out.resolve_at = at(40);
    out.request = {"k1", std::string("\0wrapped", 8), std::string("\0request\xff", 9)};
    return out;
}

receipt_begun begin(record_store& store, const receipt_row& row) {
    auto begun = std::make_shared<receipt_begun>();
    REQUIRE(put(store, {begin_receipt{row, at(0), begun}}));
    return *begun;
}

receipt_outcome refunded() {
    receipt_outcome out;
    out.state = receipt_state::succeeded;
    out.status = 200;
    out.object = "refund";
    out.object_id = "re_1";
    out.request_id = "req_1";
    out.amount = 500;
    out.currency = "usd";
    return out;
}

void finish(record_store& store, const receipt_outcome& outcome, std::int64_t attempts = 1,
            std::optional<timestamp> again = {}) {
    REQUIRE(put(store, {finish_receipt{"team_a", "rcp_1", attempts, outcome, at(12), again}}));
}

receipt_row stored(record_store& store, const std::string& id = "rcp_1") {
    return run_sync(store.find_receipt("team_a", id)).value().value();
}

TEMPLATE_TEST_CASE("storage receipts: an intent and its outcome come back as they were written",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    {
        const auto store = backend.open();
        REQUIRE(fill(*store));
        auto named = intent("rcp_1", "key-1");
        named.in_metadata = true;
        begin(*store, named);
        begin(*store, intent("rcp_2", "key-2", 'e'));
        const auto open = stored(*store);
        CHECK(open.in_metadata);
        CHECK_FALSE(stored(*store, "rcp_2").in_metadata);
        CHECK(open.outcome.state == receipt_state::intended);
        CHECK(open.request.ciphertext == std::string("\0request\xff", 9));
        CHECK(open.resolve_at == at(40));
        CHECK_FALSE(open.outcome.amount);
        finish(*store, refunded());
    }
    const auto store = backend.open();  // once more, from the file
    const auto done = stored(*store);
    CHECK(done.outcome.state == receipt_state::succeeded);
    CHECK(done.outcome.object_id == "re_1");
    CHECK(done.in_metadata);
    CHECK(done.outcome.amount == 500);
    CHECK(done.finished_at == at(12));
    CHECK_FALSE(done.resolve_at);
    CHECK(done.argument_digests == R"({"charge":"0011"})");
    CHECK(done.request.ciphertext.empty());  // erased with the outcome
    CHECK(done.request.wrapped_key.empty());
    CHECK_FALSE(run_sync(store->find_receipt("team_b", "rcp_1")).value());
}

TEMPLATE_TEST_CASE("storage receipts: an account has one receipt for an operation key", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK_FALSE(begin(*store, intent("rcp_1", "key-1")).existing);
    const auto second = begin(*store, intent("rcp_2", "key-1"));
    REQUIRE(second.existing);
    CHECK(second.existing->id == "rcp_1");
    CHECK_FALSE(run_sync(store->find_receipt("team_a", "rcp_2")).value());
    auto other = test::server("team_a", "ia_c", "mcp_c");
    REQUIRE(put(*store, {add_account{test::account("team_a", "ia_c"), 10}, add_server{other, 10}}));
    auto of_other = intent("rcp_3", "key-1");
    of_other.account_id = "ia_c";
    of_other.server_id = "mcp_c";
    CHECK_FALSE(begin(*store, of_other).existing);
}

TEMPLATE_TEST_CASE("storage receipts: an equal write is found, unless it failed or is too old",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK_FALSE(begin(*store, intent("rcp_1", "key-1")).equal);
    const auto second = begin(*store, intent("rcp_2", "key-2"));
    REQUIRE(second.equal);
    CHECK(second.equal->id == "rcp_1");
    CHECK_FALSE(begin(*store, intent("rcp_3", "key-3", 'e')).equal);
    auto begun = std::make_shared<receipt_begun>();
    REQUIRE(put(*store, {begin_receipt{intent("rcp_4", "key-4"), at(11), begun}}));
    CHECK_FALSE(begun->equal);
    receipt_outcome failed;
    failed.state = receipt_state::failed;
    failed.error_code = "card_declined";
    REQUIRE(put(*store, {finish_receipt{"team_a", "rcp_3", 1, failed, at(12), {}}}));
    CHECK_FALSE(begin(*store, intent("rcp_5", "key-5", 'e')).equal);
}

TEMPLATE_TEST_CASE("storage receipts: an outcome that is known is final", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    receipt_outcome lost;
    lost.state = receipt_state::unknown;
    lost.error_code = "outcome_unknown";
    finish(*store, lost, 1, at(50));
    CHECK(stored(*store).outcome.state == receipt_state::unknown);
    CHECK_FALSE(stored(*store).request.ciphertext.empty());  // still needed
    REQUIRE(put(
        *store,
        {retake_receipt{"team_a", "rcp_1", 1, at(10), at(90), {}, sealed_blob{"k1", "w", "r"}}}));
    receipt_outcome failed;
    failed.state = receipt_state::failed;
    finish(*store, failed, 1);  // of the attempt before: it says nothing of the newer one
    CHECK(stored(*store).outcome.state == receipt_state::intended);
    finish(*store, refunded(), 1);  // a success is one, whichever attempt had it
    CHECK(stored(*store).outcome.state == receipt_state::succeeded);
    finish(*store, failed, 2);
    CHECK(stored(*store).outcome.state == receipt_state::succeeded);
    CHECK(
        put(*store, {retake_receipt{"team_a", "rcp_1", 2, at(10), at(90), {}, {}}}).error().code ==
        "receipt_changed");
}

TEMPLATE_TEST_CASE("storage receipts: no write is begun after a freeze, a suspension or a revoke",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    const auto code = [&](const change& brake) {
        REQUIRE(put(*store, {brake}));
        auto begun = std::make_shared<receipt_begun>();
        const auto refused = put(*store, {begin_receipt{intent("rcp_2", "key-2"), at(0), begun}});
        CHECK_FALSE(run_sync(store->find_receipt("team_a", "rcp_2")).value());
        retake_receipt again{"team_a", "rcp_1", 1, at(10), at(90), {}, sealed_blob{"k", "w", "r"}};
        again.by_call = true;
        CHECK(put(*store, {again}).error().code == "writes_stopped");
        CHECK(stored(*store).attempts == 1);
        return refused ? std::string{} : refused.error().code;
    };
    const auto servers = std::make_shared<std::vector<std::string>>();
    CHECK(code(freeze_team{"team_a", at(11)}) == "writes_stopped");
    REQUIRE(put(*store, {freeze_team{"team_a", {}}}));
    CHECK(code(suspend{"team_a", "ia_a", "mcp_a", at(11), servers}) == "writes_stopped");
    REQUIRE(put(*store, {suspend{"team_a", "ia_a", "mcp_a", {}, servers}}));
    CHECK(code(suspend{"team_a", "ia_a", {}, at(11), servers}) == "writes_stopped");
    REQUIRE(put(*store, {suspend{"team_a", "ia_a", {}, {}, servers}}));
    begin(*store, intent("rcp_3", "key-3"));  // allowed again
    CHECK(code(revoke_server{"team_a", "ia_a", "mcp_a", at(12)}) == "writes_stopped");
}

TEMPLATE_TEST_CASE("storage receipts: of two that try again, one begins", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    const retake_receipt again{
        "team_a", "rcp_1", 1, at(10), at(90), "inst_2", sealed_blob{"k2", "w", "r"}};
    REQUIRE(put(*store, {again}));
    CHECK(put(*store, {again}).error().code == "receipt_changed");
    CHECK(stored(*store).attempts == 2);
    CHECK(stored(*store).request.key_id == "k2");
    CHECK(stored(*store).sent_by == "inst_2");
}

TEMPLATE_TEST_CASE("storage receipts: what is due is claimed once", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    auto later = intent("rcp_2", "key-2");
    later.resolve_at = at(60);
    begin(*store, later);
    CHECK(run_sync(store->next_receipt()).value() == at(40));
    auto taken = std::make_shared<std::vector<receipt_row>>();
    REQUIRE(put(*store, {claim_receipts{at(41), at(70), 10, "inst_1", taken}}));
    REQUIRE(taken->size() == 1);
    CHECK(taken->front().id == "rcp_1");
    CHECK(taken->front().attempts == 2);
    CHECK(taken->front().request.ciphertext == std::string("\0request\xff", 9));
    taken->clear();
    REQUIRE(put(*store, {claim_receipts{at(41), at(70), 10, "inst_1", taken}}));
    CHECK(taken->empty());
    REQUIRE(put(*store, {release_receipts{at(42)}}));
    REQUIRE(put(*store, {claim_receipts{at(43), at(70), 10, {}, taken}}));
    CHECK(taken->size() == 2);
}

TEMPLATE_TEST_CASE("storage receipts: while its outcome is looked for, nobody states or sends it",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    receipt_outcome lost;
    lost.state = receipt_state::unknown;
    finish(*store, lost, 1, at(50));
    const auto take = [&](int now, int until) {
        auto taken = std::make_shared<std::vector<receipt_row>>();
        REQUIRE(put(*store, {claim_receipts{at(now), at(until), 1, "inst_1", taken}}));
        REQUIRE(taken->size() == 1);
    };
    const auto code = [](const auto& done) { return done ? std::string{} : done.error().code; };
    const auto state_failed = [&](std::int64_t attempts) {
        receipt_outcome failed;
        failed.state = receipt_state::failed;
        return code(
            put(*store,
                {settle_receipt{
                    "team_a", "rcp_1", attempts, failed, at(60), "key_1", "not in the list", {}}}));
    };
    const auto retake = [&](std::int64_t attempts) {
        return code(
            put(*store, {retake_receipt{"team_a", "rcp_1", attempts, at(10), at(90), {}, {}}}));
    };
    take(51, 70);
    CHECK(state_failed(2) == "receipt_changed");
    CHECK(retake(2) == "receipt_changed");
    take(71, 90);                     // its time was over: another instance looks for it
    finish(*store, lost, 2, at(72));  // the first one ends late: the second one still runs
    CHECK(state_failed(3) == "receipt_changed");
    CHECK(retake(3) == "receipt_changed");
    finish(*store, lost, 3, at(95));
    CHECK(state_failed(2) == "receipt_changed");
    CHECK(state_failed(3).empty());
    finish(*store, refunded(), 2);  // whatever still comes: what was stated stands
    CHECK(stored(*store).outcome.state == receipt_state::failed);
    CHECK(retake(3) == "receipt_changed");
}

TEMPLATE_TEST_CASE("storage receipts: what an instance was sending is due when it is gone",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto row = intent("rcp_1", "key-1");
    row.sent_by = "inst_1";
    begin(*store, row);
    begin(*store, intent("rcp_2", "key-2"));
    REQUIRE(put(*store, {put_instance{{"inst_1", 0, 0, at(1)}}}));
    REQUIRE(put(*store, {release_receipts{at(20), "inst_1"}}));
    CHECK(stored(*store).resolve_at == at(40));  // it runs
    REQUIRE(put(*store, {remove_instance{"inst_1", {}}, release_receipts{at(20), "inst_1"}}));
    CHECK(stored(*store).resolve_at == at(20));
    CHECK(stored(*store, "rcp_2").resolve_at == at(40));
}

TEMPLATE_TEST_CASE("storage receipts: a list is filtered and paged, without requests", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (int i = 1; i <= 5; ++i) {
        auto row = intent("rcp_" + std::to_string(i), "key-" + std::to_string(i));
        row.created_at = at(10 + i);
        begin(*store, row);
    }
    finish(*store, refunded());
    const auto ids = [&](receipt_search what, page where = {}) {
        std::string out;
        for (const auto& row : run_sync(store->list_receipts("team_a", what, where)).value()) {
            CHECK(row.request.ciphertext.empty());
            out += row.id.substr(4);
        }
        return out;
    };
    CHECK(ids({}) == "54321");
    CHECK(ids({}, {2, {}, {}}) == "54");
    CHECK(ids({}, {2, at(14), "rcp_4"}) == "32");
    CHECK(ids({.state = receipt_state::succeeded}) == "1");
    CHECK(ids({.object_id = "re_1"}) == "1");
    CHECK(ids({.operation_key = "key-3"}) == "3");
    CHECK(ids({.from = at(12), .before = at(14)}) == "32");
    CHECK(ids({.amount_min = 500, .amount_max = 500}) == "1");
    CHECK(ids({.amount_min = 501}).empty());
    CHECK(ids({.account_id = "ia_b"}).empty());
    CHECK(ids({.server_id = "mcp_a", .tool = "create_a_stripe_refund"}) == "54321");
    CHECK(run_sync(store->list_receipts("team_b", {}, {})).value().empty());
}

TEMPLATE_TEST_CASE(
    "storage receipts: old ones are removed, those without an outcome and those on hold are not",
    "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    begin(*store, intent("rcp_1", "key-1"));
    begin(*store, intent("rcp_2", "key-2"));
    finish(*store, refunded());
    const auto removed = std::make_shared<std::int64_t>(-1);
    REQUIRE(put(*store, {remove_receipts{"team_a", 400, at(12), removed}}));
    CHECK(*removed == 0);  // its outcome is not old enough; it was begun earlier
    REQUIRE(put(*store, {remove_receipts{"team_b", 400, at(13), removed}}));
    CHECK(*removed == 0);  // of another team
    REQUIRE(put(*store, {remove_receipts{"team_a", 399, at(13), removed}}));
    CHECK(*removed == 0);  // the team keeps them for another time by now
    REQUIRE(put(*store, {patch_team{.id = "team_a", .at = at(11), .audit_legal_hold = true}}));
    REQUIRE(put(*store, {remove_receipts{"team_a", 400, at(13), removed}}));
    CHECK(*removed == 0);
    CHECK(run_sync(store->list_receipts("team_a", {}, {})).value().size() == 2);
    REQUIRE(put(*store, {patch_team{.id = "team_a", .at = at(11), .audit_legal_hold = false}}));
    REQUIRE(put(*store, {remove_receipts{"team_a", 400, at(13), removed}}));
    CHECK(*removed == 1);
    const auto left = run_sync(store->list_receipts("team_a", {}, {})).value();
    REQUIRE(left.size() == 1);
    CHECK(left.front().id == "rcp_2");
    CHECK(run_sync(store->count_rows()).value().receipts_unknown == 0);
}

TEMPLATE_TEST_CASE("storage receipts: what caps counted is removed when no cap looks back so far",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto reserve = [&](const std::string& id, const std::string& cap, std::int64_t slice) {
        begin_receipt what{
            intent(id, "key-" + id), at(0), std::make_shared<receipt_begun>(), {}, {}, {}};
        what.caps = {{cap, "usd", 5, 100, slice, 0}};
        REQUIRE(put(*store, {std::move(what)}));
    };
    const auto counted = [&](const std::string& cap) {
        return !run_sync(store->find_cap(cap, 0)).value().empty();
    };
    const std::int64_t second = base::to_unix_ms(at(0)) / 1'000;
    reserve("rcp_1", "used", second);
    finish(*store, refunded());
    reserve("rcp_2", "reserved", second);
    const auto end = at(0) + std::chrono::hours{62 * 24};
    REQUIRE(put(*store, {purge_expired{end}}));
    CHECK(counted("used"));
    REQUIRE(put(*store, {purge_expired{end + std::chrono::seconds{1}}}));
    CHECK_FALSE(counted("used"));
    CHECK(counted("reserved"));
}

}  // namespace receipts_test
