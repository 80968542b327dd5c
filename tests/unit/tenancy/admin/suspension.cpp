// Suspend and resume.
#include "tenancy/admin/suspension.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace suspension_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct fixture : tenancy_fixture {
    fixture() : account(connect(owner)), server(mint(owner, account.id)) {
        registry->grants().subscribe([this](const server_event& event) {
            if (event.kind == server_change::suspended) cut.emplace_back(event.server_id);
        });
    }
    base::result<std::int64_t> suspend(const suspension_target& target) {
        return run_sync(registry->suspension().suspend(owner, target, "looking into it"));
    }
    base::result<std::int64_t> resume(const suspension_target& target) {
        return run_sync(registry->suspension().resume(owner, target));
    }
    suspension_target team() const { return {owner.team_id}; }
    suspension_target of_account() const { return {owner.team_id, account.id}; }
    suspension_target of_server() const { return {owner.team_id, account.id, server.server.id}; }
    mcp_server shown() {
        return run_sync(registry->servers().get(owner.team_id, account.id, server.server.id))
            .value();
    }

    integrated_account account;
    new_mcp_server server;
    std::vector<std::string> cut;
};

}  // namespace

TEST_CASE("tenancy suspension: a server takes no call, its streams are cut, and it comes back",
          "[tenancy]") {
    fixture t;
    const auto other = t.mint(t.owner, t.account.id);
    REQUIRE(t.find(t.server.token).has_value());
    CHECK(t.suspend(t.of_server()).value() == 1);
    CHECK(t.registry->grants().cached(t.server.token.reveal()) == nullptr);
    CHECK(t.find(t.server.token).error().code == "suspended");
    CHECK(t.find(t.server.token).error().kind == base::errc::forbidden);
    CHECK(t.registry->grants().cached(t.server.token.reveal()) == nullptr);
    CHECK(t.cut == std::vector{t.server.server.id});
    CHECK(t.find(other.token).has_value());
    const auto at = t.clock.now();
    CHECK(t.shown().status == server_status::suspended);
    CHECK(t.shown().suspended_at == at);
    t.clock.advance(std::chrono::seconds{5});
    REQUIRE(t.suspend(t.of_server()).has_value());
    CHECK(t.shown().suspended_at == at);
    // A patch does not end it, and it outlives a restart.
    server_patch rename;
    rename.name = "Other";
    REQUIRE(run_sync(t.registry->servers().patch(t.owner.team_id, t.account.id, t.server.server.id,
                                                 std::move(rename)))
                .has_value());
    t.reopen();
    CHECK(t.find(t.server.token).error().code == "suspended");
    CHECK(t.resume(t.of_server()).value() == 1);
    CHECK(t.find(t.server.token).has_value());
    CHECK(t.shown().status == server_status::active);
    REQUIRE(t.resume(t.of_server()).has_value());
}

TEST_CASE("tenancy suspension: of an account and of a team, each ends by itself", "[tenancy]") {
    fixture t;
    const auto other_account = t.connect(t.owner, "Other");
    const auto other = t.mint(t.owner, other_account.id);
    const auto foreign = t.other_team().first_key.key;
    const auto their_account = t.connect(foreign);
    const auto theirs = t.mint(foreign, their_account.id);
    CHECK(t.suspend(t.of_account()).value() == 1);
    CHECK(t.suspend(t.team()).value() == 2);
    CHECK(t.find(t.server.token).error().code == "suspended");
    CHECK(t.find(other.token).error().code == "suspended");
    CHECK(t.find(theirs.token).has_value());
    CHECK(t.resume(t.team()).value() == 2);
    CHECK(t.find(other.token).has_value());
    CHECK(t.find(t.server.token).error().code == "suspended");
    CHECK(run_sync(t.registry->accounts().get(t.owner.team_id, t.account.id)).value().suspended_at);
    CHECK(t.resume(t.of_account()).value() == 1);
    CHECK(t.find(t.server.token).has_value());
}

TEST_CASE("tenancy suspension: what is not there, not one's own, or revoked", "[tenancy]") {
    fixture t;
    const auto foreign = t.other_team().first_key.key;
    for (const suspension_target& target :
         {suspension_target{foreign.team_id, t.account.id, t.server.server.id},
          suspension_target{foreign.team_id, t.account.id},
          suspension_target{t.owner.team_id, "ia_other", t.server.server.id},
          suspension_target{"team_other"}})
        CHECK(t.suspend(target).error().kind == base::errc::not_found);
    CHECK(t.cut.empty());
    CHECK(t.find(t.server.token).has_value());
    CHECK(run_sync(t.registry->suspension().suspend(t.owner, t.team(), "a\nb")).error().code ==
          "invalid_reason");
    REQUIRE(
        run_sync(t.registry->servers().revoke(t.owner.team_id, t.account.id, t.server.server.id)));
    CHECK(t.suspend(t.of_server()).error().code == "server_revoked");
}

// The load reads the row, then the suspension is acknowledged, then the load goes on.
TEST_CASE("tenancy suspension: a load that races with it brings no grant back", "[tenancy]") {
    fixture t;
    test::watched_store watched{*t.store};
    auto registry =
        make_registry(watched, t.clock, t.log, t.tools, nullptr, test::test_options()).value();
    watched.after_read = [&]() -> base::awaitable<base::result<>> {
        auto done = co_await registry->suspension().suspend(t.owner, t.of_server(), "race");
        if (!done) co_return done.error();
        co_return base::result<>{};
    };
    CHECK(run_sync(registry->grants().find(t.server.token.reveal())).error().code == "suspended");
    CHECK(watched.grant_lookups == 2);
}

TEST_CASE("tenancy suspension: when the store fails, nothing that was cached is trusted",
          "[tenancy]") {
    fixture t;
    test::watched_store store{*t.store};
    auto registry =
        make_registry(store, t.clock, t.log, t.tools, nullptr, test::test_options()).value();
    REQUIRE(run_sync(registry->grants().find(t.server.token.reveal())).has_value());
    store.fail_commits = true;
    CHECK(run_sync(registry->suspension().suspend(t.owner, t.of_server(), {})).error().kind ==
          base::errc::unavailable);
    CHECK(registry->grants().cached(t.server.token.reveal()) == nullptr);
}

}  // namespace suspension_test
