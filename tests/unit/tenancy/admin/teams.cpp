#include "tenancy/admin/teams.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tenancy_fixture.hpp"

namespace teams_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

TEST_CASE("tenancy teams: only the instance owner makes and sees others", "[tenancy][teams]") {
    tenancy_fixture t;
    const auto other = t.other_team();
    CHECK(other.first_key.key.team_id == other.made.id);
    CHECK(other.first_key.key.rank == role::admin);
    CHECK_FALSE(other.first_key.key.instance_owner);
    const auto refused = run_sync(t.registry->teams().create(other.first_key.key, "Third", {}));
    CHECK(refused.error().code == "owner_only");
    CHECK(run_sync(t.registry->teams().create(t.owner, " ", {})).error().code == "invalid_name");
    CHECK(run_sync(t.registry->teams().list(t.owner, {})).value().size() == 2);
    const auto own = run_sync(t.registry->teams().list(other.first_key.key, {})).value();
    REQUIRE(own.size() == 1);
    CHECK(own[0].id == other.made.id);
}

}  // namespace teams_test
