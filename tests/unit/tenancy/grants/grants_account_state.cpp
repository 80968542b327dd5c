// Frozen accounts and teams, refused credentials, connected accounts.
#include <catch2/catch.hpp>

#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace account_state_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct fixture : tenancy_fixture {
    fixture() : account(connect(owner)), server(mint(owner, account.id)) {}

    std::shared_ptr<const grant> granted() { return find(server.token).value(); }
    base::result<integrated_account> writes_of_account(writes to) {
        return run_sync(registry->accounts().set_writes(owner, account.id, to));
    }
    base::result<team> writes_of_team(writes to) {
        return run_sync(registry->teams().set_writes(owner, owner.team_id, to));
    }
    base::result<integrated_account> patch(account_patch change) {
        return run_sync(registry->accounts().patch(owner.team_id, account.id, std::move(change)));
    }
    integrated_account read() {
        return run_sync(registry->accounts().get(owner.team_id, account.id)).value();
    }
    // What Stripe's refusal of that grant's key leads to.
    void refuse(const grant& used) {
        registry->reauth().rejected(*used.account);
        registry->reauth().stop();
        run_sync(registry->reauth().run());
    }

    integrated_account account;
    new_mcp_server server;
};

account_patch with_credential(const std::string& text) {
    account_patch change;
    change.credential = base::secret{text};
    return change;
}

}  // namespace

TEST_CASE("tenancy freeze: an account's is in force for the next call, and ends", "[tenancy]") {
    fixture t;
    CHECK_FALSE(t.granted()->frozen);
    const auto at = t.clock.now();
    CHECK(t.writes_of_account(writes::off).value().frozen_at == at);
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
    CHECK(t.granted()->frozen);
    CHECK_FALSE(t.granted()->team_frozen);
    t.clock.advance(std::chrono::seconds{5});
    CHECK(t.writes_of_account(writes::off).value().frozen_at == at);
    CHECK(t.read().frozen_at == at);
    // A patch does not thaw it, and the freeze outlives a restart.
    account_patch rename;
    rename.name = "Other";
    REQUIRE(t.patch(rename).has_value());
    t.reopen();
    CHECK(t.granted()->frozen);
    CHECK_FALSE(t.writes_of_account(writes::on).value().frozen_at);
    CHECK_FALSE(t.granted()->frozen);
}

TEST_CASE("tenancy freeze: of one account or team it is no other's", "[tenancy]") {
    fixture t;
    const auto other_account = t.connect(t.owner, "Other");
    const auto other_server = t.mint(t.owner, other_account.id);
    auto foreign = t.other_team().first_key.key;
    CHECK(run_sync(t.registry->accounts().set_writes(foreign, t.account.id, writes::off))
              .error()
              .kind == base::errc::not_found);
    REQUIRE(run_sync(t.registry->teams().set_writes(foreign, foreign.team_id, writes::off))
                .has_value());
    REQUIRE(t.writes_of_account(writes::off).has_value());
    CHECK(t.granted()->frozen);
    CHECK_FALSE(t.find(other_server.token).value()->frozen);
}

TEST_CASE("tenancy freeze: a team's holds for all its accounts, frozen ones stay so", "[tenancy]") {
    fixture t;
    REQUIRE(t.granted());
    CHECK(t.writes_of_team(writes::off).value().frozen_at == t.clock.now());
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
    CHECK(t.granted()->frozen);
    CHECK(t.granted()->team_frozen);
    CHECK_FALSE(t.read().frozen_at);
    REQUIRE(t.writes_of_account(writes::off).has_value());
    CHECK_FALSE(t.writes_of_team(writes::on).value().frozen_at);
    CHECK(t.granted()->frozen);
    CHECK_FALSE(t.granted()->team_frozen);
}

// The load reads the row, then the freeze is acknowledged, then the load goes on.
TEST_CASE("tenancy freeze: a load that races with it does not bring writes back", "[tenancy]") {
    fixture t;
    test::watched_store watched{*t.store};
    auto registry =
        make_registry(watched, t.clock, t.log, t.tools, nullptr, test::test_options()).value();
    watched.after_read = [&]() -> base::awaitable<base::result<>> {
        auto frozen = co_await registry->teams().set_writes(t.owner, t.owner.team_id, writes::off);
        if (!frozen) co_return frozen.error();
        co_return base::result<>{};
    };
    CHECK(run_sync(registry->grants().find(t.server.token.reveal())).value()->frozen);
    CHECK(watched.grant_lookups == 2);
}

TEST_CASE("tenancy reauth: a refused key is marked, and a new one clears the mark", "[tenancy]") {
    fixture t;
    const auto used = t.granted();
    t.refuse(*used);
    CHECK(t.read().needs_reauth_at == t.clock.now());
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
    CHECK(t.granted()->needs_reauth);
    t.reopen();
    CHECK(t.granted()->needs_reauth);
    account_patch rename;
    rename.name = "Other";
    CHECK(t.patch(rename).value().needs_reauth_at);
    CHECK_FALSE(t.patch(with_credential("rk_test_51newnewnewnewLAST")).value().needs_reauth_at);
    CHECK_FALSE(t.granted()->needs_reauth);
    // The refusal of the key before, come late.
    t.refuse(*used);
    CHECK_FALSE(t.read().needs_reauth_at);
    CHECK_FALSE(t.granted()->needs_reauth);
}

TEST_CASE("tenancy reauth: a verify that Stripe passes clears the mark, another does not",
          "[tenancy]") {
    fixture t;
    t.refuse(*t.granted());
    account_patch verify;
    verify.verify = true;
    t.verifier.answer = base::fail(base::errc::unauthorized, "stripe", "no");
    CHECK(t.patch(verify).error().code == "credential_rejected");
    CHECK(t.read().needs_reauth_at);
    t.verifier.answer = {};
    CHECK_FALSE(t.patch(verify).value().needs_reauth_at);
    CHECK_FALSE(t.granted()->needs_reauth);
}

TEST_CASE("tenancy reauth: a store that fails loses the mark, and the next refusal writes it",
          "[tenancy]") {
    fixture t;
    test::watched_store watched{*t.store};
    auto registry =
        make_registry(watched, t.clock, t.log, t.tools, nullptr, test::test_options()).value();
    const auto used = t.granted();
    watched.fail_commits = true;
    registry->reauth().rejected(*used->account);
    registry->reauth().stop();
    run_sync(registry->reauth().run());
    CHECK_FALSE(t.read().needs_reauth_at);
    watched.fail_commits = false;
    registry->reauth().rejected(*used->account);
    registry->reauth().rejected(*used->account);
    run_sync(registry->reauth().run());
    CHECK(t.read().needs_reauth_at);
}

TEST_CASE("tenancy accounts: a team's allow_live_writes changes the list of tools", "[tenancy]") {
    fixture t;
    account_input live;
    live.name = "Live";
    live.credential = base::secret{"rk_live_51abcdefghijklmnopWXYZ"};
    const auto account = run_sync(t.registry->accounts().create(t.owner, live, {})).value();
    server_config config;
    config.allow_live_writes = false;
    const auto server = t.mint(t.owner, account.id, config);
    const auto allow = [&t](bool value) {
        team_patch change;
        change.allow_live_writes = value;
        REQUIRE(run_sync(t.registry->teams().patch(t.owner, t.owner.team_id, change)).has_value());
    };
    const auto key = [&] { return t.find(server.token).value()->listing_key; };
    const auto reads_only = key();
    const auto of_test_account = t.granted()->listing_key;
    allow(true);
    CHECK(key() != reads_only);
    CHECK(t.granted()->listing_key == of_test_account);
    allow(false);
    CHECK(key() == reads_only);
}

TEST_CASE("tenancy accounts: connected accounts are checked and reach the grant", "[tenancy]") {
    fixture t;
    const auto set = [&t](words ids) {
        account_patch change;
        change.connected_accounts = std::move(ids);
        return t.patch(std::move(change));
    };
    const auto key_before = t.granted()->listing_key;
    CHECK(set({"acct_1", "acct_2"}).value().connected_accounts == words{"acct_1", "acct_2"});
    CHECK(t.granted()->account->connected_accounts == words{"acct_1", "acct_2"});
    CHECK(t.granted()->listing_key != key_before);
    for (const auto& [ids, field] : std::vector<std::pair<words, std::string>>{
             {{"acct_1", "cus_1"}, "connected_accounts[1]"},
             {{"acct_"}, "connected_accounts[0]"},
             {{"acct_1", "acct_2", "acct_1"}, "connected_accounts[2]"},
             {words(201, "acct_1"), "connected_accounts"}}) {
        const auto refused = set(ids);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "invalid_connected_account");
        CHECK(refused.error().field == field);
    }
    CHECK(set({}).value().connected_accounts.empty());
    CHECK(t.granted()->account->connected_accounts.empty());
}

}  // namespace account_state_test
