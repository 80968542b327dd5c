// Approved calls: what makes them void, what delays them, and what a killed instance leaves.
#include "tenancy/work/approval_executor.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/approvals.hpp"
#include "tests/unit/tenancy/approval_world.hpp"

namespace approval_executor_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::seconds;
using storage::approval_state;
using test::approval_world;
using test::run_sync;
using step = approved_outcome::step;

namespace {

struct approved_world : approval_world {
    approved_world() {
        id = ask().id;
        REQUIRE(vote(id).has_value());
    }
    std::string end_code() { return found(id).approval.end_code; }
    std::string id;
};

}  // namespace

TEST_CASE("approval executor: nothing is executed for an MCP server that was revoked",
          "[tenancy]") {
    approved_world world;
    REQUIRE(run_sync(world.registry->servers().revoke(world.owner.team_id, world.account.id,
                                                      world.server.server.id))
                .has_value());
    CHECK(world.work() == 1);
    CHECK(world.caller->calls.empty());
    CHECK(world.state(world.id) == approval_state::voided);
    CHECK(world.end_code() == "server_gone");
    CHECK(world.found(world.id).content.arguments.empty());
}

TEST_CASE("approval executor: nothing is executed while the MCP server is suspended", "[tenancy]") {
    approved_world world;
    suspension_target target{world.owner.team_id, world.account.id, world.server.server.id};
    REQUIRE(run_sync(world.registry->suspension().suspend(world.owner, target, {})).has_value());
    world.work();
    CHECK(world.caller->calls.empty());
    CHECK(world.end_code() == "suspended");
}

TEST_CASE("approval executor: what a rotated token asked for is not executed", "[tenancy]") {
    approved_world world;
    REQUIRE(run_sync(world.registry->servers().rotate(world.owner.team_id, world.account.id,
                                                      world.server.server.id, 0, {}))
                .has_value());
    world.work();
    CHECK(world.caller->calls.empty());
    CHECK(world.end_code() == "token_ended");
}

TEST_CASE("approval executor: a pending question of a revoked MCP server ends by itself",
          "[tenancy]") {
    approval_world world;
    const auto id = world.ask().id;
    REQUIRE(run_sync(world.registry->servers().revoke(world.owner.team_id, world.account.id,
                                                      world.server.server.id))
                .has_value());
    world.work();
    CHECK(world.state(id) == approval_state::voided);
    const auto late = world.vote(id);
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().message.find("was revoked") != std::string::npos);
    CHECK(world.events.told == "created voided ");
}

TEST_CASE("approval executor: a call that may not be made any more is void, with the reason",
          "[tenancy]") {
    approved_world world;
    world.caller->instead =
        approved_outcome{step::refused, "filter", "This server does not expose the tool."};
    world.work();
    CHECK(world.state(world.id) == approval_state::voided);
    CHECK(world.end_code() == "filter");
    CHECK(world.found(world.id).approval.end_reason == "This server does not expose the tool.");
    const auto records =
        run_sync(world.registry->audit().list(world.owner.team_id, {.kind = "approval_ended"}, {}))
            .value();
    REQUIRE(records.size() == 1);
    CHECK(records.front().entry.find(R"("changed_from":{"state":"approved"})") !=
          std::string::npos);
    CHECK(records.front().entry.find(R"("changed_to":{"state":"voided"})") != std::string::npos);
}

TEST_CASE("approval executor: what cannot be sent now is tried again later, once more each time",
          "[tenancy]") {
    approved_world world;
    world.caller->instead = approved_outcome{step::later, "rate_limit", "Too many calls."};
    CHECK(world.work() == 1);
    CHECK(world.state(world.id) == approval_state::approved);
    CHECK(world.work() == 0);
    world.clock.advance(seconds{2});
    CHECK(world.work() == 1);
    world.clock.advance(seconds{2});
    CHECK(world.work() == 0);
    world.clock.advance(seconds{2});
    world.caller->instead.reset();
    CHECK(world.work() == 1);
    CHECK(world.state(world.id) == approval_state::executed);
    CHECK(world.caller->effects == 1);
}

TEST_CASE("approval executor: killed before the receipt was begun: executed after the restart",
          "[tenancy]") {
    approved_world world;
    // Taken by a process that then died: nobody else gets it before the lease ends.
    auto taken = std::make_shared<std::vector<storage::approval_row>>();
    const auto now = world.clock.now();
    REQUIRE(run_sync(world.store->commit(
        {storage::claim_approvals{now, now + seconds{180}, 4, "inst_dead", taken}})));
    REQUIRE(taken->size() == 1);
    CHECK(world.work() == 0);
    world.reopen();
    world.start();
    REQUIRE(run_sync(world.store->commit({storage::release_approvals{now}})));
    CHECK(world.work() == 1);
    CHECK(world.caller->effects == 1);
    CHECK(world.state(world.id) == approval_state::executed);
}

TEST_CASE("approval executor: killed after the receipt was begun: not executed again",
          "[tenancy]") {
    approved_world world;
    world.caller->dies = true;
    world.work();
    CHECK(world.state(world.id) == approval_state::executed);
    world.reopen();
    world.start();
    REQUIRE(run_sync(world.store->commit({storage::release_approvals{world.clock.now()}})));
    CHECK(world.work() == 0);
    const auto left =
        run_sync(world.registry->executor().find(world.owner.team_id, world.id)).value();
    REQUIRE(left.receipt);
    CHECK(left.receipt->outcome.state == storage::receipt_state::intended);  // the resolver's
}

TEST_CASE("approval executor: two executions at once have one effect", "[tenancy]") {
    approved_world world;
    const auto row = run_sync(world.store->find_approval(world.owner.team_id, world.id)).value();
    const auto call = [&] {
        return run_sync(world.caller->call(world.grant, *row, {R"({"amount":5})", {}, {}}));
    };
    CHECK(call().what == step::begun);
    auto second = *row;
    second.receipt_id = second.operation_key = "rcp_second";
    CHECK(run_sync(world.caller->call(world.grant, second, {R"({"amount":5})", {}, {}})).code ==
          "approval_used");
    CHECK(world.caller->effects == 1);
}

TEST_CASE("approval executor: other arguments than the approved ones are not sent", "[tenancy]") {
    approved_world world;
    const auto row = run_sync(world.store->find_approval(world.owner.team_id, world.id)).value();
    CHECK(run_sync(world.caller->call(world.grant, *row, {R"({"amount":6})", {}, {}})).code ==
          "approval_used");
    CHECK(world.caller->effects == 0);
    CHECK(world.state(world.id) == approval_state::approved);
}

}  // namespace approval_executor_test
