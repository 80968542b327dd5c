// Records that are stored at their places in the log at once.
#include <catch2/catch.hpp>

#include <set>

#include "storage/changes/audit_log.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tests/support/drained_loop.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace audit_integrator_places_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using test::audit_world;
using test::run_sync;

namespace {

void note(audit_world& world, int count, const std::string& team = {}) {
    for (int i = 0; i < count; ++i) {
        audit_event call;
        call.team_id = team.empty() ? world.team() : team;
        call.tool = std::to_string(i);
        call.outcome = "succeeded";
        world.registry->audit().note(std::move(call));
    }
}

// Stores what was noted, as the trail does at its end.
void store_noted(audit_world& world) {
    test::drained_loop loop;
    boost::asio::co_spawn(loop, world.registry->audit().run(), test::rethrow);
    loop.run_for(milliseconds{1});
    world.registry->audit().stop();
    loop.run();
}

// Every record stands in the log once, at a place of its own, and the log has their root.
void check_log_of(audit_world& world, std::size_t count) {
    const auto entries = world.entries();
    REQUIRE(entries.size() == count);
    audit_log::frontier tree;
    std::set<std::string> ids;
    for (const auto& entry : entries) {
        CHECK(entry.position == static_cast<std::int64_t>(ids.size()));
        ids.insert(entry.id);
        tree.append(audit_log::leaf_hash(entry.entry));
    }
    CHECK(ids.size() == count);
    CHECK(world.head().root == base::as_view(tree.root()));
    CHECK(world.waiting() == 0);
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    CHECK(world.checkpoint().size == count);
    CHECK(world.errors.errors.empty());
}

}  // namespace

TEST_CASE("audit places: what is noted gets its place when it is stored", "[tenancy]") {
    audit_world world;
    const std::size_t before = world.work();  // the records of the start
    note(world, 600);
    store_noted(world);
    CHECK(world.work() == 0);
    check_log_of(world, before + 600);
    world.restart();
    note(world, 150);
    store_noted(world);
    check_log_of(world, before + 750);
}

TEST_CASE("audit places: records that waited in the store follow those that were placed",
          "[tenancy]") {
    audit_world world;
    const std::size_t before = world.work();
    world.record(3);
    note(world, 100);
    store_noted(world);
    CHECK(world.waiting() == 3);
    CHECK(world.work() == 3);
    check_log_of(world, before + 103);
}

TEST_CASE("audit places: a few records are stored without a check of the log", "[tenancy]") {
    audit_world world;
    const std::size_t before = world.work();
    note(world, 99);
    store_noted(world);
    CHECK(world.waiting() == 99);
    CHECK(world.work() == 99);
    note(world, 80);
    note(world, 80, "team_other");
    store_noted(world);
    CHECK(world.work() == 160);
    check_log_of(world, before + 179);
}

TEST_CASE("audit places: what cannot be placed is stored and placed later", "[tenancy]") {
    audit_world world;
    const std::size_t before = world.work();
    note(world, 600);
    int steps = 0;
    world.watched->refuses = [&](const std::vector<storage::change>& changes) {
        return changes.front().as<storage::integrate_audit>() != nullptr && ++steps == 2;
    };
    store_noted(world);
    world.watched->refuses = nullptr;
    CHECK(world.entries().size() == before + 256);
    CHECK(world.waiting() == 600 - 256);
    CHECK(world.work() == 600 - 256);
    check_log_of(world, before + 600);
}

TEST_CASE("audit places: a log that was changed gets no more records, and none is lost",
          "[tenancy]") {
    audit_world world;
    world.record(3);
    world.work();
    world.sql("UPDATE audit_records SET entry = '{}' WHERE position = 1");
    note(world, 200);
    store_noted(world);
    CHECK(world.integrator().broken());
    CHECK(world.waiting() == 200);
    CHECK(world.head().size == 3);
}

}  // namespace audit_integrator_places_test
