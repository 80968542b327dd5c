// The review of an account's key: which servers count, and what follows of Stripe's answer.
#include <catch2/catch.hpp>

#include "tests/support/tenancy_fixture.hpp"

namespace account_review_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

server_config showing(const std::string& tool) {
    server_config out;
    out.allow = words{tool};
    return out;
}

key_review found(key_state state) {
    key_review out;
    out.state = state;
    return out;
}

struct fixture : tenancy_fixture {
    fixture() : account(connect(owner)) { verifier.found = found(key_state::active); }

    base::result<key_review> review() {
        return run_sync(registry->accounts().review(owner, account.id));
    }
    // Writes the marks that are waiting.
    void settle() {
        registry->reauth().stop();
        run_sync(registry->reauth().run());
    }
    integrated_account read() {
        return run_sync(registry->accounts().get(owner.team_id, account.id)).value();
    }

    integrated_account account;
};

}  // namespace

TEST_CASE("tenancy accounts: a review counts the active servers of the account alone",
          "[tenancy]") {
    fixture t;
    const auto revoked = t.mint(t.owner, t.account.id);
    REQUIRE(
        run_sync(t.registry->servers().revoke(t.owner.team_id, t.account.id, revoked.server.id)));
    t.mint(t.owner, t.account.id, {}, "2026-11-20T12:05:00Z");
    const auto other = t.connect(t.owner, "Other");
    t.mint(t.owner, other.id);
    t.mint(t.owner, t.account.id, showing("list_all_stripe_charges"));
    t.clock.advance(std::chrono::minutes{10});
    REQUIRE(t.review().has_value());
    REQUIRE(t.verifier.filters.size() == 1);
    CHECK(t.verifier.filters[0].allow == std::vector<std::string>{"list_all_stripe_charges"});
    CHECK(t.verifier.seen_credential == test::test_credential);
}

TEST_CASE("tenancy accounts: a review counts all servers, however many", "[tenancy]") {
    fixture t;
    for (int i = 0; i < 205; ++i) {
        t.mint(t.owner, t.account.id);
        if (i % 50 == 0) t.clock.advance(std::chrono::milliseconds{1});
    }
    REQUIRE(t.review().has_value());
    CHECK(t.verifier.filters.size() == 205);
}

TEST_CASE("tenancy accounts: a key that Stripe refuses in a review is marked, one it takes is not",
          "[tenancy]") {
    fixture t;
    t.verifier.found = found(key_state::needs_reauth);
    CHECK(t.review().value().state == key_state::needs_reauth);
    t.settle();
    CHECK(t.read().needs_reauth_at.has_value());
    // No answer changes nothing.
    t.verifier.found = key_review{};
    REQUIRE(t.review().has_value());
    CHECK(t.read().needs_reauth_at.has_value());
    t.verifier.found = found(key_state::active);
    REQUIRE(t.review().has_value());
    CHECK_FALSE(t.read().needs_reauth_at.has_value());
}

TEST_CASE("tenancy accounts: a review is for the own team, and needs somebody to ask",
          "[tenancy]") {
    fixture t;
    const auto foreign = t.other_team().first_key.key;
    CHECK(run_sync(t.registry->accounts().review(foreign, t.account.id)).error().kind ==
          base::errc::not_found);
    CHECK(t.verifier.reviewed == 0);
    t.verifier.found = base::fail(base::errc::limit_exceeded, "verify_too_often", "a moment ago");
    CHECK(t.review().error().code == "verify_too_often");
}

}  // namespace account_review_test
