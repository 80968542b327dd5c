#include "tenancy/admin/replays.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "base/crypto.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace replays_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

account_input acme() {
    account_input input;
    input.name = "Acme";
    input.credential = base::secret{test::test_credential};
    return input;
}

// Everything the database wrote, for looking for secrets in it.
std::string stored_bytes(const tenancy_fixture& t) {
    std::ostringstream out;
    for (const char* name : {"t.db", "t.db-wal"})
        out << std::ifstream{t.dir.file(name), std::ios::binary}.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("tenancy replays: an answer is given again for a day, to the same request only",
          "[tenancy][replays]") {
    tenancy_fixture t;
    auto& replays = t.registry->replays();
    const idempotent_request request{t.owner.team_id, "POST /x", "key-1",
                                     std::string{base::as_view(base::sha256("body"))}};
    CHECK_FALSE(run_sync(replays.find(request)).value());
    answer_writer<integrated_account> writer = [&](const integrated_account& account) {
        return replays.row(request, 201, "{\"secret\":\"" + account.id + " canary\"}");
    };
    const auto made = run_sync(t.registry->accounts().create(t.owner, acme(), writer)).value();
    const auto stored = run_sync(replays.find(request)).value();
    REQUIRE(stored);
    CHECK(stored->status == 201);
    CHECK(stored->body.reveal() == "{\"secret\":\"" + made.id + " canary\"}");
    CHECK(stored_bytes(t).find("canary") == std::string::npos);

    auto other = request;
    other.digest = std::string{base::as_view(base::sha256("another body"))};
    CHECK(run_sync(replays.find(other)).error().code == "idempotency_key_reused");
    other = request;
    other.route = "POST /y";
    CHECK_FALSE(run_sync(replays.find(other)).value());
    other = request;
    other.team_id = t.other_team().made.id;
    CHECK_FALSE(run_sync(replays.find(other)).value());

    // the same request again creates nothing
    const auto twice = run_sync(t.registry->accounts().create(t.owner, acme(), writer));
    CHECK(twice.error().code == "replay_exists");
    CHECK(run_sync(t.registry->accounts().list(t.owner.team_id, {}, {})).value().size() == 1);

    t.clock.advance(std::chrono::hours{24});
    CHECK_FALSE(run_sync(replays.find(request)).value());
    CHECK(run_sync(t.registry->accounts().create(t.owner, acme(), writer)).has_value());
}

}  // namespace replays_test
