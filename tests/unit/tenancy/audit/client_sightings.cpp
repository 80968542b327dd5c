// What was seen of clients: kept in memory for some seconds, then stored, and listed.
#include "tenancy/audit/client_sightings.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/tenancy/audit_world.hpp"

namespace client_sightings_test {

using namespace tollgate;
using namespace std::chrono_literals;
using tenancy::client_step;
using test::audit_world;
using test::run_sync;

namespace {

struct sightings_world : audit_world {
    void note(const std::string& client, client_step step, int status = 0,
              const std::string& server = "mcp_1") {
        registry->clients().note({team(), server, client, {}, {}, step, status});
    }
    std::vector<storage::mcp_client_row> list(const std::string& server = "mcp_1") {
        return run_sync(registry->clients().list(team(), server)).value();
    }
};

}  // namespace

TEST_CASE("client sightings: made-up names at one server displace nobody at another", "[tenancy]") {
    sightings_world world;
    world.note("Cursor/1", client_step::listed, 0, "mcp_2");
    for (int i = 0; i < 2 * static_cast<int>(tenancy::client_sightings::waiting_max); ++i)
        world.note("client" + std::to_string(i), client_step::listed);
    world.note("Claude/1", client_step::listed, 0, "mcp_3");
    CHECK(world.list("mcp_2").size() == 1);
    CHECK(world.list("mcp_3").size() == 1);
    const auto rows = world.list();
    CHECK(rows.size() == storage::clients_of_server_max);
    CHECK(rows.at(0).client == "client8142");
}

TEST_CASE("client sightings: what is seen while it is stored is stored the next time",
          "[tenancy]") {
    sightings_world world;
    world.note("Cursor/1", client_step::discovered);
    world.watched->refuses = [&world](const auto&) {
        world.watched->refuses = nullptr;
        world.note("Cursor/1", client_step::listed);
        return false;
    };
    REQUIRE(run_sync(world.registry->clients().flush()));
    CHECK(world.list().at(0).listed_at);
}

TEST_CASE("client sightings: those stored are listed while nothing can be stored", "[tenancy]") {
    sightings_world world;
    world.note("Cursor/1", client_step::discovered);
    CHECK(world.list().size() == 1);
    world.note("Claude/1", client_step::discovered);
    world.watched->fail_commits = true;
    CHECK(world.list().size() == 1);
    world.watched->fail_commits = false;
    CHECK(world.list().size() == 2);
}

TEST_CASE("client sightings: a list stores what waits of its own server only", "[tenancy]") {
    sightings_world world;
    world.note("Cursor/1", client_step::discovered);
    world.note("Claude/1", client_step::discovered, 0, "mcp_2");
    world.list();
    CHECK(run_sync(world.store->list_mcp_clients(world.team(), "mcp_1"))->size() == 1);
    CHECK(run_sync(world.store->list_mcp_clients(world.team(), "mcp_2"))->empty());
}

TEST_CASE("client sightings: who was refused before the sign-in is shown until one signs in",
          "[tenancy]") {
    sightings_world world;
    const std::string nobody{tenancy::unidentified_client};
    world.note(nobody, client_step::refused, 401);
    CHECK(world.list().size() == 1);
    world.clock.advance(1ms);
    world.note("Claude/1", client_step::listed);
    REQUIRE(world.list().size() == 1);
    CHECK(world.list().at(0).client == "Claude/1");
    world.clock.advance(1ms);
    world.note(nobody, client_step::refused, 401);
    CHECK(world.list().size() == 2);
    // What has a credential is shown, whatever others do.
    world.note("Cursor/1", client_step::refused, 406);
    world.clock.advance(1ms);
    world.note("Claude/1", client_step::listed);
    CHECK(world.list().size() == 2);
}

}  // namespace client_sightings_test
