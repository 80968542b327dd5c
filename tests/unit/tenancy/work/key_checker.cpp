// Keys are checked by themselves: when, which, and what is found is kept.
#include "tenancy/work/key_checker.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tenancy_fixture.hpp"

namespace key_checker_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::hours;
using std::chrono::minutes;
using test::run_sync;

namespace {

struct checked_tenancy : test::tenancy_fixture {
    checked_tenancy() : account(connect(owner)) { find(key_state::active); }

    void find(key_state state) {
        key_review out;
        out.state = state;
        out.missing = {{"charge", key_access::write}};
        out.beyond_need = {{"payout", key_access::read}, {"plan", key_access::write}};
        verifier.found = std::move(out);
    }
    bool check() { return run_sync(registry->key_checker().work_once()); }
    std::optional<key_check> found() {
        return run_sync(registry->accounts().get(owner.team_id, account.id)).value().checked;
    }

    integrated_account account;
};

}  // namespace

TEST_CASE("key_checker: a key is checked ten minutes after it was connected, then once a day",
          "[tenancy]") {
    checked_tenancy t;
    t.clock.advance(minutes{9});
    CHECK_FALSE(t.check());
    CHECK_FALSE(t.found().has_value());
    t.clock.advance(minutes{1});
    CHECK(t.check());
    const auto first = t.found().value();
    CHECK(first.at == t.clock.now());
    CHECK(first.state == key_state::active);
    CHECK(first.missing == std::vector<area_access>{{"charge", key_access::write}});
    CHECK(first.beyond_need == 2);
    CHECK_FALSE(t.check());
    t.clock.advance(hours{21});
    CHECK_FALSE(t.check());
    t.clock.advance(hours{3});
    CHECK(t.check());
    CHECK(t.verifier.reviewed == 2);
    CHECK(t.found().value().at == t.clock.now());
}

TEST_CASE("key_checker: no answer keeps what was found, and is tried again within the hour",
          "[tenancy]") {
    checked_tenancy t;
    t.clock.advance(minutes{10});
    CHECK(t.check());
    const auto before = t.found().value().at;
    t.clock.advance(hours{24});
    t.find(key_state::unknown);
    CHECK(t.check());
    CHECK(t.found().value().at == before);
    t.clock.advance(hours{1});
    t.find(key_state::active);
    CHECK(t.check());
    CHECK(t.found().value().at == t.clock.now());
}

TEST_CASE("key_checker: a refused key is marked, and one that works again is unmarked",
          "[tenancy]") {
    checked_tenancy t;
    t.find(key_state::needs_reauth);
    t.clock.advance(minutes{10});
    CHECK(t.check());
    t.registry->reauth().stop();
    run_sync(t.registry->reauth().run());
    const auto marked = run_sync(t.registry->accounts().get(t.owner.team_id, t.account.id)).value();
    CHECK(marked.needs_reauth_at.has_value());
    CHECK(marked.checked.value().state == key_state::needs_reauth);
    t.find(key_state::active);
    t.clock.advance(hours{24});
    CHECK(t.check());
    const auto active = run_sync(t.registry->accounts().get(t.owner.team_id, t.account.id)).value();
    CHECK_FALSE(active.needs_reauth_at.has_value());
    CHECK(active.checked.value().state == key_state::active);
}

TEST_CASE("key_checker: a new key has no check until its own, which comes soon", "[tenancy]") {
    checked_tenancy t;
    t.clock.advance(minutes{10});
    CHECK(t.check());
    account_patch change;
    change.credential = base::secret{std::string{"rk_test_51replacedreplacedWXYZ"}};
    const auto changed =
        run_sync(t.registry->accounts().patch(t.owner.team_id, t.account.id, std::move(change)));
    CHECK_FALSE(changed.value().checked.has_value());
    t.clock.advance(minutes{10});
    CHECK(t.check());
    CHECK(t.verifier.seen_credential == "rk_test_51replacedreplacedWXYZ");
    CHECK(t.found().has_value());
}

TEST_CASE("key_checker: a removed account is not checked, nor is any while checks are off",
          "[tenancy]") {
    checked_tenancy t;
    REQUIRE(run_sync(t.registry->accounts().remove(t.owner, t.account.id, 0, {})));
    t.clock.advance(hours{48});
    CHECK_FALSE(t.check());
    auto options = test::test_options();
    options.limits.key_check_every = std::chrono::milliseconds{0};
    t.reopen(options);
    t.connect(t.owner, "Second");
    t.clock.advance(hours{48});
    run_sync(t.registry->key_checker().run());  // ends at once
    CHECK_FALSE(t.check());
    CHECK(t.verifier.reviewed == 0);
    // With checks on again, the account is planned.
    t.reopen();
    t.registry->key_checker().stop();
    run_sync(t.registry->key_checker().run());
    CHECK_FALSE(t.check());
    t.clock.advance(minutes{10});
    CHECK(t.check());
    CHECK(t.verifier.reviewed == 1);
}

}  // namespace key_checker_test
