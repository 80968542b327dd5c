#include "tenancy/grants/grants.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "storage/changes/servers.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace grants_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct fixture : tenancy_fixture {
    fixture() {
        account = connect(owner);
        server = mint(owner, account.id);
        watched = std::make_unique<test::watched_store>(*store);
        registry =
            make_registry(*watched, clock, log, tools, nullptr, test::test_options()).value();
    }
    ~fixture() { registry.reset(); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    integrated_account account;
    new_mcp_server server;
    std::unique_ptr<test::watched_store> watched;
};

}  // namespace

TEST_CASE("tenancy grants: the second look-up asks no store", "[tenancy][grants]") {
    fixture t;
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
    const auto first = t.find(t.server.token).value();
    const auto cached = t.registry->grants().cached(t.server.token.reveal());
    CHECK(cached == first);
    CHECK(t.find(t.server.token).value() == first);
    CHECK(t.watched->grant_lookups == 1);
    CHECK(first->server_id == t.server.server.id);
    CHECK(first->team_id == t.owner.team_id);
    CHECK(first->account->id == t.account.id);
    REQUIRE(first->usage);
}

// Then a call is not asked about any rule: there is nothing to decide.
TEST_CASE("tenancy grants: a server without rules has no policies, one with a rule has",
          "[tenancy][grants]") {
    fixture t;
    CHECK(t.find(t.server.token).value()->policies == nullptr);
    server_config config;
    config.guardrails = R"([{"id":"small","max_value":{"argument":"amount","value":5}}])";
    const auto ruled = t.mint(t.owner, t.account.id, std::move(config));
    CHECK(t.find(ruled.token).value()->policies != nullptr);
}

// As with a database that other instances change without telling.
TEST_CASE("tenancy grants: caches that are not trusted ask the store every time",
          "[tenancy][grants]") {
    fixture t;
    tenancy_options options = test::test_options();
    options.feed = {.log = true, .shared = true};
    t.registry = make_registry(*t.watched, t.clock, t.log, t.tools, nullptr, options).value();
    for (int i = 1; i <= 3; ++i) {
        CHECK(t.find(t.server.token).has_value());
        CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
        CHECK(t.watched->grant_lookups == i);
        CHECK(run_sync(t.registry->api_keys().authenticate(t.owner_secret.reveal())).has_value());
        CHECK(t.watched->key_lookups == i);
    }
    // another instance revokes
    std::vector<storage::change> changes{
        storage::revoke_server{t.owner.team_id, t.account.id, t.server.server.id, t.clock.now()}};
    REQUIRE(run_sync(t.store->commit(std::move(changes))));
    CHECK(t.find(t.server.token).error().code == "unknown_token");
}

TEST_CASE("tenancy grants: a token whose checksum is wrong reaches no store", "[tenancy][grants]") {
    fixture t;
    std::string wrong{t.server.token.reveal()};
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    for (const std::string& token :
         {wrong, std::string{}, std::string{"tgm_"}, std::string{t.owner_secret.reveal()}}) {
        CHECK(run_sync(t.registry->grants().find(token)).error().code == "unknown_token");
        CHECK_FALSE(t.registry->grants().cached(token));
    }
    CHECK(t.watched->grant_lookups == 0);
    const auto unknown = make_token(mcp_token_prefix);
    CHECK(t.find(unknown).error().code == "unknown_token");
    CHECK(t.watched->grant_lookups == 1);
}

// The load reads the row, then the revoke is acknowledged, then the load goes on.
TEST_CASE("tenancy grants: a load that races with a revoke cannot bring the token back",
          "[tenancy][grants]") {
    fixture t;
    t.watched->after_read = [&t] {
        return t.registry->servers().revoke(t.owner.team_id, t.account.id, t.server.server.id);
    };
    CHECK(t.find(t.server.token).error().kind == base::errc::not_found);
    CHECK(t.watched->grant_lookups == 2);
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
}

TEST_CASE("tenancy grants: a change whose outcome is unknown drops the cached grant",
          "[tenancy][grants]") {
    fixture t;
    REQUIRE(t.find(t.server.token).has_value());
    t.watched->fail_commits = true;
    auto revoked =
        run_sync(t.registry->servers().revoke(t.owner.team_id, t.account.id, t.server.server.id));
    CHECK(revoked.error().kind == base::errc::unavailable);
    CHECK_FALSE(t.registry->grants().cached(t.server.token.reveal()));
    t.watched->fail_commits = false;
    CHECK(t.find(t.server.token).has_value());
}

TEST_CASE("tenancy grants: a refused revoke of another team drops nothing", "[tenancy][grants]") {
    fixture t;
    REQUIRE(t.find(t.server.token).has_value());
    int told = 0;
    t.registry->grants().subscribe([&told](const server_event&) { ++told; });
    CHECK(run_sync(t.registry->servers().revoke("team_x", t.account.id, t.server.server.id))
              .has_error());
    CHECK(told == 0);
    CHECK(t.registry->grants().cached(t.server.token.reveal()));
}

TEST_CASE("tenancy grants: an API key of the same team is the second factor", "[tenancy][grants]") {
    fixture t;
    const auto other = t.other_team();
    auto& grants = t.registry->grants();
    const auto& team = t.owner.team_id;
    CHECK(run_sync(grants.api_key_of_team(t.owner_secret.reveal(), team)).value());
    CHECK_FALSE(run_sync(grants.api_key_of_team(t.owner_secret.reveal(), other.made.id)).value());
    CHECK_FALSE(run_sync(grants.api_key_of_team(other.first_key.secret.reveal(), team)).value());
    CHECK_FALSE(run_sync(grants.api_key_of_team("tgk_nonsense", team)).value());
    CHECK_FALSE(run_sync(grants.api_key_of_team("", team)).value());
    const int asked = t.watched->key_lookups;
    CHECK(run_sync(grants.api_key_of_team(t.owner_secret.reveal(), team)).value());
    CHECK(t.watched->key_lookups == asked);
}

TEST_CASE("tenancy grants: use is counted in memory and written by the flush",
          "[tenancy][grants]") {
    fixture t;
    auto& servers = t.registry->servers();
    const auto get = [&] {
        return run_sync(servers.get(t.owner.team_id, t.account.id, t.server.server.id)).value();
    };
    {
        const auto grant = t.find(t.server.token).value();
        grant->usage->calls += 3;
        grant->usage->last_used_unix_ms = base::to_unix_ms(t.clock.now());
    }
    CHECK(get().use_count == 3);
    CHECK(get().last_used_at == t.clock.now());

    t.watched->fail_commits = true;
    CHECK(run_sync(t.registry->grants().flush_usage()).has_error());
    CHECK(get().use_count == 3);  // nothing is lost
    t.watched->fail_commits = false;
    REQUIRE(run_sync(t.registry->grants().flush_usage()).has_value());
    CHECK(t.registry->grants().pending(t.server.server.id).calls == 0);
    t.reopen();
    const auto read =
        run_sync(t.registry->servers().get(t.owner.team_id, t.account.id, t.server.server.id))
            .value();
    CHECK(read.use_count == 3);
    CHECK(read.last_used_at == t.clock.now());
}

TEST_CASE("tenancy grants: all tokens of a server share one counter, also after a change",
          "[tenancy][grants]") {
    fixture t;
    const auto before = t.find(t.server.token).value();
    const auto rotated = run_sync(t.registry->servers().rotate(t.owner.team_id, t.account.id,
                                                               t.server.server.id, 60, {}))
                             .value();
    CHECK(t.find(rotated.token).value()->usage == before->usage);
    CHECK(t.find(t.server.token).value()->usage == before->usage);
}

TEST_CASE("tenancy grants: background work ends on request after a last flush",
          "[tenancy][grants]") {
    fixture t;
    const auto grant = t.find(t.server.token).value();
    grant->usage->calls += 2;
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, t.registry->run_background(), test::rethrow);
    loop.poll();
    boost::asio::post(loop, [&t] { t.registry->stop_background(); });
    loop.run();  // returns: nothing is left running
    CHECK(t.registry->grants().pending(t.server.server.id).calls == 0);
    CHECK(run_sync(t.store->find_server(t.owner.team_id, t.account.id, t.server.server.id))
              .value()
              ->use_count == 2);
}

TEST_CASE("tenancy cache: it is bounded", "[tenancy][cache]") {
    sharded_cache<int> cache{64};
    for (int i = 0; i < 1000; ++i) {
        const auto key = base::sha256(std::to_string(i));
        CHECK(cache.put(key, std::make_shared<const int>(i), cache.generation()));
    }
    CHECK(cache.size() <= 80);
    const auto stale = cache.generation();
    cache.drop_if([](int) { return true; });
    CHECK(cache.size() == 0);
    CHECK_FALSE(cache.put(base::sha256("late"), std::make_shared<const int>(1), stale));
}

// Loops look tokens up while another thread revokes: after the revoke returned, no thread gets a
// grant.
TEST_CASE("tenancy grants: no thread accepts a token after its revoke was acknowledged",
          "[tenancy][grants]") {
    tenancy_fixture t;
    const auto account = t.connect(t.owner);
    for (int round = 0; round < 20; ++round) {
        const auto made = t.mint(t.owner, account.id);
        std::atomic<bool> revoked{false};
        std::atomic<bool> stop{false};
        std::atomic<int> accepted{0};
        std::atomic<int> looked_up_late{0};
        std::atomic<int> accepted_late{0};
        std::vector<std::thread> loops;
        for (int i = 0; i < 3; ++i)
            loops.emplace_back([&] {
                while (!stop) {
                    const bool was_revoked = revoked;
                    const bool passed = t.registry->grants().cached(made.token.reveal()) ||
                                        t.find(made.token).has_value();
                    if (passed) ++accepted;
                    if (was_revoked) ++looked_up_late;
                    if (was_revoked && passed) ++accepted_late;
                }
            });
        const bool in_use = test::eventually([&] { return accepted >= 30; });
        const auto done =
            run_sync(t.registry->servers().revoke(t.owner.team_id, account.id, made.server.id));
        revoked = true;
        const bool tried = test::eventually([&] { return looked_up_late >= 30; });
        stop = true;
        for (auto& loop : loops) loop.join();
        REQUIRE(in_use);
        REQUIRE(tried);
        REQUIRE(done.has_value());
        REQUIRE(accepted_late == 0);
    }
}

}  // namespace grants_test
