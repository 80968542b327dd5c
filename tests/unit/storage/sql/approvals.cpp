// Approvals, on both databases.
#include "storage/changes/approvals.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/receipts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/teams.hpp"
#include "tests/unit/storage/backends.hpp"

namespace approvals_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

approval_row question(const std::string& id, char digest = 'd', std::int64_t needed = 1) {
    approval_row out;
    out.id = id;
    out.team_id = "team_a";
    out.account_id = "ia_a";
    out.server_id = "mcp_a";
    out.tool = "create_a_stripe_refund";
    out.layer = "server";
    out.rule = "small_refunds";
    out.policy_version = 3;
    out.reason = "Refunds above 100.00 USD need approval.";
    out.request_digest = std::string(32, digest);
    out.receipt_id = "rcp_" + id;
    out.operation_key = out.receipt_id;
    out.asked_by = "tok_0011";
    out.token_digest = std::string("\0token\xff", 7);
    out.needed = needed;
    out.created_at = at(10);
    out.expires_at = at(1'000);
    out.content = {"k1", std::string("\0wrapped", 8), std::string("\0content\xff", 9)};
    return out;
}

base::result<> ask(record_store& store, const approval_row& row, std::int64_t most = 1'000,
                   std::shared_ptr<std::optional<approval_row>> existing = {}) {
    if (!existing) existing = std::make_shared<std::optional<approval_row>>();
    return put(store, {add_approval{row, most, existing, {}}});
}

base::result<approval_row> vote(record_store& store, const std::string& id, const std::string& by,
                                bool agreed = true, std::int64_t when = 20,
                                const std::string& team = "team_a") {
    auto after = std::make_shared<approval_row>();
    approval_vote one{by, agreed, agreed ? "" : "not this one", at(when)};
    auto done = put(store, {vote_approval{team, id, one, after}});
    if (!done) return done.error();
    return *after;
}

approval_row stored(record_store& store, const std::string& id = "apr_1") {
    return run_sync(store.find_approval("team_a", id)).value().value();
}

base::result<> begin(record_store& store, const std::string& approval, char digest = 'd',
                     std::int64_t when = 30, const std::string& receipt = "rcp_apr_1") {
    receipt_row row;
    row.id = receipt;
    row.team_id = "team_a";
    row.account_id = "ia_a";
    row.server_id = "mcp_a";
    row.tool = "create_a_stripe_refund";
    row.operation_key = receipt;
    row.request_digest = std::string(32, digest);
    row.created_at = at(when);
    row.sent_at = at(when);
    row.resolve_at = at(when + 30);
    return put(
        store,
        {begin_receipt{
            row, at(0), std::make_shared<receipt_begun>(), {}, use_approval{approval, at(when)}}});
}

std::vector<approval_row> claim(record_store& store, std::int64_t now, std::int64_t until,
                                const std::string& by = "inst_a") {
    auto taken = std::make_shared<std::vector<approval_row>>();
    REQUIRE(put(store, {claim_approvals{at(now), at(until), 4, by, taken}}));
    return *taken;
}

TEMPLATE_TEST_CASE("storage approvals: a question comes back as it was written", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    {
        const auto store = backend.open();
        REQUIRE(fill(*store));
        REQUIRE(ask(*store, question("apr_1")));
    }
    const auto store = backend.open();
    const auto row = stored(*store);
    CHECK(row.state == approval_state::pending);
    CHECK(row.reason == "Refunds above 100.00 USD need approval.");
    CHECK(row.request_digest == std::string(32, 'd'));
    CHECK(row.token_digest == std::string("\0token\xff", 7));
    CHECK(row.content.ciphertext == std::string("\0content\xff", 9));
    CHECK(row.policy_version == 3);
    CHECK(row.expires_at == at(1'000));
    CHECK_FALSE(row.due_at);
    CHECK_FALSE(run_sync(store->find_approval("team_b", "apr_1")).value());
    CHECK(run_sync(store->count_rows()).value().approvals_pending == 1);
}

TEMPLATE_TEST_CASE("storage approvals: an equal pending question is found, not added", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    const auto existing = std::make_shared<std::optional<approval_row>>();
    REQUIRE(ask(*store, question("apr_2"), 1'000, existing));
    REQUIRE(*existing);
    CHECK((*existing)->id == "apr_1");
    CHECK_FALSE(run_sync(store->find_approval("team_a", "apr_2")).value());
    // Another request is another question, up to the limit.
    CHECK(ask(*store, question("apr_3", 'e'), 2));
    const auto full = ask(*store, question("apr_4", 'f'), 2);
    REQUIRE_FALSE(full);
    CHECK(full.error().code == "too_many_pending");
    CHECK(ask(*store, question("apr_5", 'd'), 2, existing));  // equal ones are found at the limit
    // Once it has ended, or its time is over, the same request is a new question.
    REQUIRE(vote(*store, "apr_1", "key_a", false).has_value());
    CHECK(ask(*store, question("apr_6")));
    auto late = question("apr_7");
    late.created_at = at(1'000);
    late.expires_at = at(2'000);
    // One whose time is over is given back too: its end must be recorded first.
    const auto over = std::make_shared<std::optional<approval_row>>();
    CHECK(ask(*store, late, 10, over));
    REQUIRE(over->has_value());
    CHECK((*over)->id == "apr_6");
    CHECK_FALSE(run_sync(store->find_approval("team_a", "apr_7")).value());
}

TEMPLATE_TEST_CASE("storage approvals: different approvers are counted, each once", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1", 'd', 2)));
    CHECK(vote(*store, "apr_1", "key_a").value().state == approval_state::pending);
    CHECK(vote(*store, "apr_1", "key_a", true, 21).value().state == approval_state::pending);
    CHECK(run_sync(store->list_votes("team_a", "apr_1")).value().size() == 1);
    const auto other_team = vote(*store, "apr_1", "key_b", true, 22, "team_b");
    REQUIRE_FALSE(other_team.has_value());
    CHECK(other_team.error().kind == base::errc::not_found);
    const auto approved = vote(*store, "apr_1", "key_c", true, 23).value();
    CHECK(approved.state == approval_state::approved);
    CHECK(approved.due_at == at(23));
    CHECK_FALSE(approved.content.ciphertext.empty());
    const auto late = vote(*store, "apr_1", "key_d", false, 24);
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == "approval_ended");
    CHECK(run_sync(store->list_votes("team_a", "apr_1")).value().size() == 2);
    CHECK(run_sync(store->list_votes("team_b", "apr_1")).value().empty());
}

TEMPLATE_TEST_CASE("storage approvals: the answer of a removed key does not count", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_api_key{test::api_key("team_a", "key_gone", 'G'), 10}}));
    REQUIRE(ask(*store, question("apr_1", 'd', 2)));
    REQUIRE(vote(*store, "apr_1", "key_gone").has_value());
    REQUIRE(put(*store, {remove_api_key{"team_a", "key_gone", at(21)}}));
    CHECK(vote(*store, "apr_1", "key_a", true, 22).value().state == approval_state::pending);
    CHECK(vote(*store, "apr_1", "key_c", true, 23).value().state == approval_state::approved);
}

TEMPLATE_TEST_CASE("storage approvals: one deny ends it and erases its content", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1", 'd', 3)));
    REQUIRE(vote(*store, "apr_1", "key_a").has_value());
    const auto denied = vote(*store, "apr_1", "key_a", false, 21).value();
    CHECK(denied.state == approval_state::denied);
    CHECK(denied.end_reason == "not this one");
    CHECK(denied.content.ciphertext.empty());
    CHECK(denied.content.wrapped_key.empty());
}

TEMPLATE_TEST_CASE("storage approvals: at its expiry nobody can approve or execute it any more",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    REQUIRE(ask(*store, question("apr_2", 'e')));
    CHECK_FALSE(vote(*store, "apr_1", "key_a", true, 1'000).has_value());
    CHECK(vote(*store, "apr_1", "key_a", true, 999).has_value());
    CHECK(begin(*store, "apr_1", 'd', 1'000).error().code == "approval_used");
    CHECK(run_sync(store->list_overdue_approvals(at(999), 10)).value().empty());
    CHECK(run_sync(store->list_overdue_approvals(at(1'000), 10)).value().size() == 2);
    REQUIRE(
        put(*store,
            {end_approval{
                "team_a", "apr_1", approval_state::expired, "expired", "Nobody.", at(1'000), {}}}));
    CHECK(stored(*store).state == approval_state::expired);
    CHECK_FALSE(
        put(*store,
            {end_approval{"team_a", "apr_1", approval_state::voided, "x", "y", at(1'001), {}}}));
}

TEMPLATE_TEST_CASE("storage approvals: used up with the receipt, once, for its request only",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    CHECK(begin(*store, "apr_1").error().code == "approval_used");  // nobody has agreed
    REQUIRE(vote(*store, "apr_1", "key_a").has_value());
    CHECK(begin(*store, "apr_1", 'e').error().code == "approval_used");
    CHECK_FALSE(run_sync(store->find_receipt("team_a", "rcp_apr_1")).value());
    CHECK(begin(*store, "apr_1"));
    CHECK(run_sync(store->find_receipt("team_a", "rcp_apr_1")).value());
    const auto used = stored(*store);
    CHECK(used.state == approval_state::executed);
    CHECK(used.content.ciphertext.empty());
    CHECK_FALSE(used.due_at);
    CHECK(begin(*store, "apr_1", 'd', 31, "rcp_other").error().code == "approval_used");
    CHECK_FALSE(run_sync(store->find_receipt("team_a", "rcp_other")).value());
}

TEMPLATE_TEST_CASE("storage approvals: a receipt that exists already uses nothing up", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    REQUIRE(vote(*store, "apr_1", "key_a").has_value());
    REQUIRE(begin(*store, "apr_1"));
    REQUIRE(ask(*store, question("apr_2")));
    REQUIRE(vote(*store, "apr_2", "key_a").has_value());
    CHECK(begin(*store, "apr_2"));  // finds the receipt of apr_1, under the same key
    CHECK(stored(*store, "apr_2").state == approval_state::approved);
    // Another attempt of that receipt uses it up.
    retake_receipt again{"team_a", "rcp_apr_1", 1, at(40), at(60), "", {}, true, {}};
    again.approval = use_approval{"apr_2", at(40)};
    CHECK(put(*store, {again}));
    CHECK(stored(*store, "apr_2").state == approval_state::executed);
    again.attempts = 2;
    CHECK(put(*store, {again}).error().code == "approval_used");
    CHECK(run_sync(store->find_receipt("team_a", "rcp_apr_1")).value()->attempts == 2);
}

TEMPLATE_TEST_CASE("storage approvals: one instance executes at a time, another after a death",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    CHECK(claim(*store, 20, 200).empty());
    REQUIRE(vote(*store, "apr_1", "key_a").has_value());
    CHECK(run_sync(store->next_approval()).value() == at(20));
    const auto taken = claim(*store, 20, 200);
    REQUIRE(taken.size() == 1);
    CHECK(taken.front().attempts == 1);
    CHECK_FALSE(taken.front().content.ciphertext.empty());
    CHECK(claim(*store, 21, 201, "inst_b").empty());
    REQUIRE(put(*store, {release_approvals{at(22), "inst_b"}}));
    CHECK(claim(*store, 22, 202, "inst_b").empty());
    REQUIRE(put(*store, {release_approvals{at(22), "inst_a"}}));
    CHECK(claim(*store, 22, 202, "inst_b").size() == 1);
    REQUIRE(put(*store, {postpone_approval{"team_a", "apr_1", 1, at(23)}}));  // not its attempt
    CHECK(claim(*store, 23, 203).empty());
    REQUIRE(put(*store, {postpone_approval{"team_a", "apr_1", 2, at(23)}}));
    CHECK(claim(*store, 23, 203).size() == 1);
    REQUIRE(put(*store, {release_approvals{at(24), ""}}));
    CHECK(claim(*store, 24, 204).size() == 1);
}

TEMPLATE_TEST_CASE(
    "storage approvals: questions of an ended server must end, and lists are filtered", "[storage]",
    test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(ask(*store, question("apr_1")));
    auto second = question("apr_2", 'e');
    second.created_at = at(11);
    REQUIRE(ask(*store, second));
    REQUIRE(vote(*store, "apr_2", "key_a").has_value());
    const auto list = [&](approval_search what) {
        std::string ids;
        for (const auto& row :
             run_sync(store->list_approvals("team_a", std::move(what), {})).value())
            ids += row.id + " ";
        return ids;
    };
    CHECK(list({}) == "apr_2 apr_1 ");
    CHECK(list({.state = approval_state::pending}) == "apr_1 ");
    CHECK(list({.server_id = "mcp_b"}).empty());
    CHECK(list({.tool = "create_a_stripe_refund"}) == "apr_2 apr_1 ");
    CHECK(run_sync(store->list_overdue_approvals(at(30), 10)).value().empty());
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", at(31)}}));
    const auto overdue = run_sync(store->list_overdue_approvals(at(32), 10)).value();
    REQUIRE(overdue.size() == 1);
    CHECK(overdue.front().id == "apr_1");
    REQUIRE(put(*store, {end_approval{"team_a",
                                      "apr_1",
                                      approval_state::voided,
                                      "server_gone",
                                      "It was revoked.",
                                      at(32),
                                      {}}}));
    REQUIRE(put(*store, {purge_approvals{at(11)}}));
    CHECK(list({}) == "apr_2 ");
}

}  // namespace approvals_test
