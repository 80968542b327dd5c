#include "tenancy/grants/api_keys.hpp"

#include <catch2/catch.hpp>

#include "tenancy/secrets/token.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace api_keys_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

const base::errc not_found = base::errc::not_found;

}  // namespace

TEST_CASE("tenancy api keys: a key is known by its secret until it is deleted",
          "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const auto made =
        run_sync(keys.create(t.owner, api_key_input{"CI", "operator", false}, {})).value();
    CHECK(made.key.created_by == t.owner.id);
    CHECK(made.secret.reveal().starts_with(made.key.key_prefix));
    for (int i = 0; i < 2; ++i) {  // from the store, then from memory
        const auto found = run_sync(keys.authenticate(made.secret.reveal()));
        REQUIRE(found.has_value());
        CHECK((*found)->rank == role::operator_);
    }
    REQUIRE(run_sync(keys.remove(t.owner.team_id, made.key.id)).has_value());
    CHECK(run_sync(keys.authenticate(made.secret.reveal())).error().kind ==
          base::errc::unauthorized);
    CHECK(run_sync(keys.get(t.owner.team_id, made.key.id)).error().kind == not_found);
    CHECK(run_sync(keys.remove(t.owner.team_id, made.key.id)).error().kind == not_found);
}

TEST_CASE("tenancy api keys: malformed, foreign and unknown secrets are one answer",
          "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const std::string unknown{make_token(api_key_prefix).reveal()};
    for (const std::string& secret : {std::string{}, std::string{"tgk_x"}, unknown,
                                      std::string{t.owner_secret.reveal()} + "x"}) {
        const auto found = run_sync(keys.authenticate(secret));
        REQUIRE(found.has_error());
        CHECK(found.error().code == "invalid_api_key");
    }
}

TEST_CASE("tenancy api keys: roles, owners and limits", "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto& keys = t.registry->api_keys();
    const auto other = t.other_team();
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "root", false}, {})).error().code ==
          "unknown_role");
    CHECK(run_sync(keys.create(other.first_key.key, api_key_input{"x", "admin", true}, {}))
              .error()
              .code == "owner_only");
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", true}, {})).error().code ==
          "owner_only");
    CHECK(run_sync(keys.remove(t.owner.team_id, t.owner.id)).error().code == "last_admin_key");
    const auto second =
        run_sync(keys.create(t.owner, api_key_input{"x", "admin", true}, {})).value();
    CHECK(second.key.instance_owner);
    CHECK(run_sync(keys.remove(t.owner.team_id, t.owner.id)).has_value());
    // no team sees the other's keys
    CHECK(run_sync(keys.list(other.made.id, {})).value().size() == 1);
    CHECK(run_sync(keys.get(other.made.id, second.key.id)).error().kind == not_found);
    CHECK(run_sync(keys.remove(other.made.id, second.key.id)).error().kind == not_found);
}

TEST_CASE("tenancy api keys: the number of keys of a team is limited", "[tenancy][api_keys]") {
    tenancy_fixture t;
    auto options = test::test_options();
    options.limits.api_keys_per_team = 2;
    t.reopen(options);
    auto& keys = t.registry->api_keys();
    REQUIRE(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", false}, {})).has_value());
    CHECK(run_sync(keys.create(t.owner, api_key_input{"x", "viewer", false}, {})).error().kind ==
          base::errc::limit_exceeded);
}

}  // namespace api_keys_test
