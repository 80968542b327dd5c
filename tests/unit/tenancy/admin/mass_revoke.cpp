#include "tenancy/admin/mass_revoke.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace mass_revoke_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct fixture : tenancy_fixture {
    base::result<std::int64_t> revoke(const api_key& by, std::string account_id) {
        const auto count = run_sync(registry->servers().count(by.team_id, account_id));
        return end(*registry, by, {by.team_id, std::move(account_id), count.value(), "leaked"});
    }
    static base::result<std::int64_t> end(class registry& at, const api_key& by,
                                          mass_revocation what) {
        return run_sync(at.mass_revoke().revoke(by, std::move(what)));
    }
    // What the listeners heard since the last call.
    std::vector<std::string> taken_events() {
        std::vector<std::string> out = std::exchange(told, {});
        std::sort(out.begin(), out.end());
        return out;
    }
    void listen() {
        registry->grants().subscribe([this](const server_event& event) {
            if (event.kind == server_change::revoked) told.emplace_back(event.server_id);
        });
    }
    std::vector<std::string> told;
};

}  // namespace

TEST_CASE("tenancy mass_revoke: every server of an account, and no other", "[tenancy]") {
    fixture t;
    t.listen();
    const auto account = t.connect(t.owner);
    const auto other = t.connect(t.owner, "Other");
    const auto first = t.mint(t.owner, account.id);
    const auto second = t.mint(t.owner, account.id, {}, "2026-12-31T00:00:00Z");
    const auto before = t.mint(t.owner, account.id);
    const auto unharmed = t.mint(t.owner, other.id);
    for (const auto* made : {&first, &second, &unharmed}) REQUIRE(t.find(made->token).has_value());
    REQUIRE(run_sync(t.registry->servers().revoke(t.owner.team_id, account.id, before.server.id)));
    t.taken_events();

    CHECK(t.revoke(t.owner, account.id).value() == 2);
    std::vector<std::string> expected{first.server.id, second.server.id};
    std::sort(expected.begin(), expected.end());
    CHECK(t.taken_events() == expected);
    CHECK(t.find(first.token).error().code == "unknown_token");
    CHECK(t.find(second.token).error().code == "unknown_token");
    CHECK(t.find(unharmed.token).has_value());
    CHECK(run_sync(t.store->count_rows()).value().alarms == 0);
    const auto shown =
        run_sync(t.registry->servers().get(t.owner.team_id, account.id, first.server.id)).value();
    CHECK(shown.status == server_status::revoked);
    CHECK(shown.revoked_at == t.clock.now());

    CHECK(t.revoke(t.owner, account.id).value() == 0);
    CHECK(t.taken_events().empty());
    CHECK(t.revoke(t.owner, "ia_none").error().kind == base::errc::not_found);
}

TEST_CASE("tenancy mass_revoke: a team's, in more than one transaction, and no other team's",
          "[tenancy]") {
    fixture t;
    t.listen();
    const auto foreign = t.other_team();
    const auto theirs = t.connect(foreign.first_key.key);
    const auto their_server = t.mint(foreign.first_key.key, theirs.id);
    const auto one = t.connect(t.owner);
    const auto two = t.connect(t.owner);
    constexpr int each = 600;
    std::vector<base::secret> tokens;
    for (int i = 0; i < each; ++i) {
        tokens.push_back(t.mint(t.owner, one.id).token);
        tokens.push_back(t.mint(t.owner, two.id).token);
    }
    CHECK(t.revoke(foreign.first_key.key, one.id).error().kind == base::errc::not_found);
    CHECK(t.revoke(t.owner, {}).value() == 2 * each);
    CHECK(t.taken_events().size() == 2 * each);
    for (const auto& token : tokens) REQUIRE(t.find(token).has_error());
    CHECK(t.find(their_server.token).has_value());
}

TEST_CASE("tenancy mass_revoke: what failed is reported, and the same call continues",
          "[tenancy]") {
    fixture t;
    const auto account = t.connect(t.owner);
    const auto made = t.mint(t.owner, account.id);
    test::watched_store store{*t.store};
    auto registry =
        make_registry(store, t.clock, t.log, t.tools, &t.verifier, test::test_options()).value();
    REQUIRE(run_sync(registry->bootstrap()).has_value());
    REQUIRE(run_sync(registry->grants().find(made.token.reveal())).has_value());
    store.fail_commits = true;
    const mass_revocation one{t.owner.team_id, {}, 1, "leaked"};
    CHECK(fixture::end(*registry, t.owner, one).error().kind == base::errc::unavailable);
    CHECK(registry->grants().cached(made.token.reveal()) == nullptr);
    store.fail_commits = false;
    CHECK(fixture::end(*registry, t.owner, one).value() == 1);
    CHECK(run_sync(registry->grants().find(made.token.reveal())).has_error());
}

TEST_CASE("tenancy mass_revoke: a reason is one short line, and there is one", "[tenancy]") {
    fixture t;
    const auto code = [&](std::string reason) {
        const auto ended =
            fixture::end(*t.registry, t.owner, {t.owner.team_id, {}, 0, std::move(reason)});
        return ended ? "" : ended.error().code;
    };
    CHECK(code("") == "reason_missing");
    CHECK(code(std::string(201, 'x')) == "invalid_reason");
    CHECK(code("a\nb") == "invalid_reason");
    CHECK(code(std::string(200, 'x')).empty());
}

// Whoever thinks of ten servers does not end a thousand.
TEST_CASE("tenancy mass_revoke: another number than expected ends nothing", "[tenancy]") {
    fixture t;
    const auto account = t.connect(t.owner);
    const auto first = t.mint(t.owner, account.id);
    const auto second = t.mint(t.owner, account.id);
    for (const std::int64_t wrong : {0, 1, 3}) {
        const auto ended =
            fixture::end(*t.registry, t.owner, {t.owner.team_id, {}, wrong, "leaked"});
        REQUIRE(ended.has_error());
        CHECK(ended.error().code == "count_differs");
    }
    CHECK(t.find(first.token).has_value());
    CHECK(t.find(second.token).has_value());
    // The same of an account that is removed with its servers.
    auto& accounts = t.registry->accounts();
    CHECK(run_sync(accounts.remove(t.owner, account.id, 0, {})).error().code == "count_differs");
    CHECK(run_sync(accounts.remove(t.owner, account.id, 2, {})).error().code == "reason_missing");
    CHECK(t.find(first.token).has_value());
    CHECK(run_sync(accounts.remove(t.owner, account.id, 2, "moved")).has_value());
    CHECK(t.find(first.token).has_error());
}

}  // namespace mass_revoke_test
