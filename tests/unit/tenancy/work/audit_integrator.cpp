// How audit records get their places in a signed log: order, batches, restarts, several instances.
#include "tenancy/work/audit_integrator.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <set>
#include <thread>

#include "storage/changes/audit_log.hpp"
#include "storage/postgresql.hpp"
#include "tenancy/audit/log_batch.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace audit_integrator_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::audit_log;
using std::chrono::milliseconds;
using test::audit_world;
using test::run_sync;

namespace {

// Every tile of the log, and its checkpoint, computed once more from the entries alone.
void check_whole(audit_log_reader& reader, const std::string& team,
                 const std::vector<storage::audit_entry>& entries) {
    const auto known = parse_verifier_key(reader.verifier_key(team).value()).value();
    const auto note = run_sync(reader.checkpoint(team)).value();
    const auto head = open_checkpoint(note, known, known.name).value();
    REQUIRE(head.size == entries.size());
    frontier tree;
    std::map<tile_name, std::string> tiles;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        REQUIRE(entries[i].position == static_cast<std::int64_t>(i));
        for (const subtree& one : tree.append(leaf_hash(entries[i].entry)))
            if (one.level % tile_height == 0)
                tiles[{one.level / tile_height, one.index / tile_width}] += base::as_view(one.hash);
    }
    CHECK(tree.root() == head.root);
    CHECK_FALSE(tiles.empty());
    for (const auto& [name, hashes] : tiles) {
        const auto width = static_cast<unsigned>(hashes.size() / sizeof(digest));
        const auto path = path_of({name.first, {name.second, width}});
        INFO(path);
        CHECK(run_sync(reader.tile(team, path)).value() == hashes);
    }
}

void check_whole(audit_world& world) {
    check_whole(world.reader(), world.team(), world.entries());
}

// Lets each of the integrators work once, all at the same time. The number of records integrated.
std::size_t work_at_once(const std::vector<audit_integrator*>& integrators) {
    std::size_t integrated = 0;
    boost::asio::io_context& loop = test::new_loop();
    for (audit_integrator* one : integrators)
        boost::asio::co_spawn(loop, one->work_once(),
                              [&](std::exception_ptr error, std::size_t count) {
                                  test::rethrow(error);
                                  integrated += count;
                              });
    loop.run();
    return integrated;
}

// Each record stands in the log once.
void check_each_once(const std::vector<storage::audit_entry>& entries, std::size_t count) {
    std::set<std::string> ids;
    for (const auto& entry : entries) ids.insert(entry.id);
    CHECK(entries.size() == count);
    CHECK(ids.size() == count);
}

bool is_step(const std::vector<storage::change>& changes) {
    return changes.front().as<storage::integrate_audit>() != nullptr;
}
bool is_signature(const std::vector<storage::change>& changes) {
    return changes.front().as<storage::sign_audit>() != nullptr;
}

struct counting_audit_watch final : audit_watch {
    void records_waiting(std::int64_t count) noexcept override { waiting = count; }
    void record_integrated(milliseconds late) noexcept override {
        ++integrated;
        latest = std::max(latest, late);
    }
    void log_broken() noexcept override { ++broken; }
    std::int64_t waiting = -1;
    int integrated = 0;
    milliseconds latest{0};
    int broken = 0;
};

}  // namespace

TEST_CASE("audit integrator: records get positions in the order of their times", "[tenancy]") {
    audit_world world;
    CHECK(world.work() == 0);
    auto late = world.row();
    late.recorded_at += milliseconds{50};
    auto early = world.row();
    world.add({late, early});
    CHECK(world.work() == 2);
    auto entries = world.entries();
    CHECK(entries.at(0).id == early.id);
    CHECK(entries.at(1).id == late.id);
    auto later = world.row();
    later.recorded_at -= milliseconds{500};  // of a slow clock: what has a position keeps it
    world.add({later});
    CHECK(world.work() == 1);
    CHECK(world.entries().at(2).id == later.id);
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    check_whole(world);
}

TEST_CASE(
    "audit integrator: a log that grows in steps has the tiles of one that is written at once",
    "[tenancy]") {
    audit_world world;
    for (const int count : {1, 2, 252, 1, 1, 300, 211, 5}) {
        world.record(count);
        CHECK(world.work() == static_cast<std::size_t>(count));
        REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
        check_whole(world);
    }
    CHECK(world.checkpoint().size == 773);
    CHECK(world.errors.errors.empty());
}

TEST_CASE("audit integrator: a batch has 4,096 records at most", "[tenancy]") {
    audit_world world;
    world.record(4100);
    CHECK(world.work() == 4096);
    CHECK(world.work() == 4);
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    check_whole(world);
}

// The first 65,500 records are only hashes; the store has rows for the newest 256 of them.
TEST_CASE("audit integrator: the second level of tiles begins after 65,536 records", "[tenancy]") {
    audit_world world;
    log_batch old{world.team(), checked_log{}};
    storage::audit_entry one;
    for (int i = 0; i < 65'500 - 256; ++i) {
        one.entry = std::to_string(i);
        old.add(one);
    }
    auto step = old.change();
    step.ids.clear();
    run_sync(world.store->commit({step})).value();
    std::vector<storage::audit_row> rows;
    for (int i = 0; i < 256; ++i) rows.push_back(world.row());
    world.add(rows);
    auto whole = std::move(old);
    for (const auto& row : rows) {
        one.id = row.id;
        one.entry = row.entry;
        whole.add(one);
    }
    auto last = whole.change();
    last.from_size = step.size;
    last.ids.erase(last.ids.begin(), last.ids.end() - 256);
    run_sync(world.store->commit({last})).value();
    for (const int count : {30, 6, 1, 300}) {
        world.record(count);
        CHECK(world.work() == static_cast<std::size_t>(count));
    }
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    const auto tile = [&](const std::string& path) {
        return run_sync(world.reader().tile(world.team(), path));
    };
    CHECK(world.checkpoint().size == 65'837);
    CHECK(tile("tile/1/000").has_value());
    CHECK(tile("tile/1/001.p/1").has_value());
    CHECK(tile("tile/2/000.p/1").has_value());
    CHECK(tile("tile/1/001.p/2").error().code == "no_such_tile");
    CHECK_FALSE(world.integrator().broken());
    const auto top = tile("tile/2/000.p/1").value();
    frontier level;
    const auto below = decode_tile(tile("tile/1/000").value(), 256).value();
    for (const digest& hash : below) level.append(hash);
    CHECK(base::as_view(level.root()) == top);
}

TEST_CASE("audit integrator: after a restart the log goes on where it was", "[tenancy]") {
    audit_world world;
    world.record(300);
    world.work();
    const auto before = world.checkpoint();
    const auto key = world.reader().verifier_key(world.team()).value();
    world.restart();
    CHECK(world.reader().verifier_key(world.team()).value() == key);
    world.record(250);
    CHECK(world.work() == 250);
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    check_whole(world);
    stored_tiles tiles{*world.store, world.team()};
    REQUIRE(run_sync(
        tiles.fetch(550, [](const hash_source& at) { (void)consistency_proof(300, 550, at); })));
    const auto proof = consistency_proof(300, 550, tiles.hashes(550)).value();
    CHECK(verify_consistency(proof, 300, before.root, 550, world.checkpoint().root));
}

TEST_CASE("audit integrator: two instances at once make one log, with each record once",
          "[tenancy]") {
    audit_world world;
    const auto other = world.instance();
    std::size_t integrated = 0;
    for (int round = 0; round < 30; ++round) {
        world.record(round % 3 == 0 ? 40 : 3);
        integrated += work_at_once({&world.integrator(), &other->audit_integrator()});
        world.clock.advance(milliseconds{3000});
    }
    CHECK(integrated == 10 * 40 + 20 * 3);
    CHECK_FALSE(world.integrator().broken());
    CHECK_FALSE(other->audit_integrator().broken());
    REQUIRE(run_sync(other->audit_integrator().checkpoint_now(world.team())));
    check_whole(world);
    check_each_once(world.entries(), integrated);
}

TEST_CASE("audit integrator: three instances on PostgreSQL make one log, with each record once",
          "[tenancy]") {
    audit_world world;  // for its clock and its rows; nothing is stored in it
    test::postgres_database database;
    storage::postgresql_options options;
    options.url = database.url();
    std::vector<std::unique_ptr<storage::record_store>> stores;
    std::vector<std::unique_ptr<registry>> instances;
    std::vector<audit_integrator*> integrators;
    for (int i = 0; i < 3; ++i) {
        stores.push_back(storage::open_postgresql(options, world.errors).value());
        instances.push_back(make_registry(*stores.back(), world.clock, world.errors, world.tools,
                                          nullptr, test::test_options())
                                .value());
        (void)run_sync(instances.back()->bootstrap()).value();
        integrators.push_back(&instances.back()->audit_integrator());
    }
    std::size_t integrated = 0;
    for (int round = 0; round < 20; ++round) {
        std::vector<storage::audit_row> rows;
        for (int i = 0; i < (round % 3 == 0 ? 40 : 3); ++i) rows.push_back(world.row());
        std::vector<storage::change> changes{storage::add_audit{std::move(rows)}};
        run_sync(stores.front()->commit(std::move(changes))).value();
        integrated += work_at_once(integrators);
        world.clock.advance(milliseconds{3000});
    }
    while (const std::size_t more = work_at_once(integrators)) integrated += more;
    CHECK(integrated == 7 * 40 + 13 * 3);
    CHECK(world.errors.errors.empty());
    REQUIRE(run_sync(integrators.back()->checkpoint_now(world.team())));
    const auto entries =
        run_sync(stores.back()->list_audit_entries(world.team(), 0, 10'000)).value();
    check_whole(instances.front()->audit_log(), world.team(), entries);
    check_each_once(entries, integrated);
    instances.clear();
}

namespace {

// An instance that works in the middle of another one's commit.
struct rival {
    explicit rival(audit_world& of) : world(of) {
        instance =
            make_registry(*of.store, of.clock, of.errors, of.tools, nullptr, test::test_options())
                .value();
        (void)run_sync(instance->bootstrap()).value();
    }
    // Acts once, before the first commit that `when` holds for. On a thread of its own, as the
    // loop of this one is busy.
    void interrupt(bool (*when)(const std::vector<storage::change>&), std::function<void()> act) {
        world.watched->refuses = [this, when, act](const std::vector<storage::change>& changes) {
            if (!when(changes)) return false;
            const auto now = act;
            world.watched->refuses = nullptr;  // destroys this function
            std::thread{now}.join();
            return false;
        };
    }
    audit_world& world;
    std::unique_ptr<registry> instance;
};

}  // namespace

TEST_CASE("audit integrator: the loser of two integrations reads the log again and goes on",
          "[tenancy]") {
    audit_world world;
    rival other{world};
    world.record(5);
    other.interrupt(is_step, [&] {
        CHECK(run_sync(other.instance->audit_integrator().work_once()) == 5);
        world.record(2);
    });
    CHECK(world.work() == 2);
    REQUIRE(run_sync(world.integrator().checkpoint_now(world.team())));
    CHECK(world.checkpoint().size == 7);
    check_whole(world);
}

TEST_CASE("audit integrator: the loser of two signatures takes the newer checkpoint", "[tenancy]") {
    audit_world world;
    rival other{world};
    world.record(5);
    world.work();
    world.record(5);
    world.work();
    CHECK(world.checkpoint().size == 5);
    std::string theirs;
    other.interrupt(is_signature, [&] {
        auto& rival = other.instance->audit_integrator();
        world.record(3);
        run_sync(rival.work_once());
        theirs = run_sync(rival.checkpoint_now(world.team())).value();
    });
    CHECK(run_sync(world.integrator().checkpoint_now(world.team())).value() == theirs);
    CHECK(world.checkpoint().size == 13);
    CHECK_FALSE(world.integrator().broken());
}

TEST_CASE("audit integrator: what fails halfway is done later, also by the next process",
          "[tenancy]") {
    audit_world world;
    world.record(10);
    world.watched->refuses = is_step;
    CHECK(world.work() == 0);
    CHECK(world.waiting() == 10);
    CHECK_FALSE(run_sync(world.store->find_audit_log(world.team())).value());
    world.watched->refuses = is_signature;
    CHECK(world.work() == 10);
    CHECK(world.head().size == 10);
    CHECK(world.head().checkpoint.empty());
    CHECK(run_sync(world.reader().checkpoint(world.team())).error().code == "no_checkpoint");
    world.restart();  // killed between both
    CHECK(world.work() == 0);
    CHECK(world.checkpoint().size == 10);
    check_whole(world);
    CHECK(world.errors.errors.empty());
}

TEST_CASE("audit integrator: a checkpoint is signed every ten seconds, or when it is asked for",
          "[tenancy]") {
    audit_world world;
    world.record(3);
    world.work();
    CHECK(world.checkpoint().size == 3);  // the first one at once
    world.record(2);
    world.work();
    CHECK(world.checkpoint().size == 3);
    world.clock.advance(milliseconds{9'900});
    world.work();
    CHECK(world.checkpoint().size == 3);
    world.clock.advance(milliseconds{100});
    world.work();
    CHECK(world.checkpoint().size == 5);
    world.record(1);
    world.work();
    const auto asked = run_sync(world.integrator().checkpoint_now(world.team())).value();
    CHECK(world.checkpoint().size == 6);
    CHECK(run_sync(world.integrator().checkpoint_now(world.team())).value() == asked);
    CHECK(run_sync(world.integrator().checkpoint_now("team_none")).error().code == "log_is_empty");
}

TEST_CASE("audit integrator: what another instance left unsigned is signed", "[tenancy]") {
    audit_world world;
    const auto other = world.instance();
    world.record(2);
    world.work();
    world.record(2);
    world.work();
    CHECK(world.checkpoint().size == 2);
    world.clock.advance(milliseconds{10'000});
    run_sync(other->audit_integrator().work_once());
    CHECK(world.checkpoint().size == 4);
}

TEST_CASE("audit integrator: runs by itself, and its end integrates and signs what is left",
          "[tenancy]") {
    audit_world world;
    counting_audit_watch watch;
    world.integrator().observe(watch);
    world.record(3);
    world.clock.advance(milliseconds{20});
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, world.integrator().run(), test::rethrow);
    for (int i = 0; i < 200 && watch.integrated < 3; ++i) loop.run_for(milliseconds{10});
    for (int i = 0; i < 200 && world.head().checkpoint.empty(); ++i) loop.run_for(milliseconds{10});
    CHECK(world.checkpoint().size == 3);
    CHECK(watch.waiting == 3);
    CHECK(watch.latest == milliseconds{22});
    world.record(4);
    world.integrator().stop();
    loop.run();
    CHECK(watch.integrated == 7);
    CHECK(world.checkpoint().size == 7);
    CHECK(watch.broken == 0);
    check_whole(world);
}

TEST_CASE("audit integrator: the logs of teams are apart", "[tenancy]") {
    audit_world world;
    const auto team = world.other_team().made.id;
    auto other = world.row();
    other.team_id = team;
    world.add({world.row(), other, world.row()});
    CHECK(world.work() == 3);
    CHECK(world.checkpoint().size == 2);
    CHECK(world.checkpoint().origin.ends_with("/audit/" + world.team()));
    const auto note = run_sync(world.reader().checkpoint(team)).value();
    CHECK(note.starts_with(world.checkpoint().origin.substr(0, 21) + "/audit/" + team + "\n1\n"));
    CHECK(world.reader().verifier_key(team).value() !=
          world.reader().verifier_key(world.team()).value());
}

TEST_CASE("audit key: is made once, and bound to the installation's name", "[tenancy]") {
    audit_world world;
    const auto key = world.reader().verifier_key(world.team()).value();
    CHECK(key.starts_with("tollgate-"));
    CHECK(world.instance()->audit_log().verifier_key(world.team()).value() == key);
    world.sql(
        "UPDATE settings SET value = CAST('tollgate-000000000000' AS BLOB) WHERE name = "
        "'audit_installation'");
    auto made = make_registry(*world.watched, world.clock, world.errors, world.tools, nullptr,
                              test::test_options())
                    .value();
    CHECK(run_sync(made->bootstrap()).error().code == "sealed_blob_damaged");
    world.sql("DELETE FROM settings WHERE name = 'audit_installation'");
    CHECK(run_sync(made->bootstrap()).error().code == "audit_key_damaged");
}

}  // namespace audit_integrator_test
