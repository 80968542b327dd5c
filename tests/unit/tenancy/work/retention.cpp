// What a team keeps no longer is removed: whole bundles of old entries, never what a checkpoint
// does not cover, and nothing of a team on legal hold. The log stays what it was.
#include <catch2/catch.hpp>

#include "storage/changes/teams.hpp"
#include "tenancy/audit/entry_time.hpp"
#include "tenancy/audit_log/removal.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace retention_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::days;
using test::audit_world;
using test::run_sync;

namespace {

struct retention_world : audit_world {
    // Puts `count` entries of now into the log.
    void enter(int count) {
        std::vector<storage::audit_row> rows;
        for (int i = 0; i < count; ++i) {
            clock.advance(std::chrono::milliseconds{1});
            storage::audit_row one = row();
            one.entry = R"({"id":")" + one.id + R"(","time":")" +
                        base::format_timestamp(clock.now()) + R"(","tool":"x"})";
            rows.push_back(std::move(one));
        }
        add(std::move(rows));
        while (work() > 0) {
        }
    }
    void sign() { (void)run_sync(integrator().checkpoint_now(team())).value(); }
    void patch(storage::patch_team what) {
        what.id = team();
        what.at = clock.now();
        std::vector<storage::change> changes{std::move(what)};
        run_sync(store->commit(std::move(changes))).value();
    }
    void keep_for(std::int64_t count) {
        storage::patch_team what;
        what.audit_retention_days.emplace(count);
        patch(std::move(what));
    }
    void hold(bool on) {
        storage::patch_team what;
        what.audit_legal_hold = on;
        patch(std::move(what));
    }
    // Works until nothing is due, and returns where the kept entries begin.
    std::int64_t kept_from() {
        for (int i = 0; i < 20; ++i) {
            (void)run_sync(registry->retention().work_once());
            clock.advance(std::chrono::seconds{5});
        }
        return head().kept_from;
    }
    std::int64_t oldest() { return entries().front().position.value(); }
};

}  // namespace

TEST_CASE("retention: whole bundles that are old enough go, and the log is checked as before",
          "[tenancy][audit]") {
    retention_world t;
    t.enter(1000);
    t.clock.advance(days{31});
    t.enter(300);
    t.sign();
    const auto before = t.head();
    CHECK(t.kept_from() == 0);  // by default, they are kept for ever
    t.keep_for(30);
    CHECK(t.kept_from() == 768);  // the fourth bundle has newer entries
    CHECK(t.oldest() == 768);
    t.work();
    CHECK(t.head().size == before.size + 1);  // one transaction, one record
    const auto newest = t.entries().back().entry;
    CHECK(newest.find(R"("changed_from":{"kept_from":0})") != std::string::npos);
    CHECK(newest.find(R"("changed_to":{"audit_retention_days":30,"kept_from":768})") !=
          std::string::npos);
    t.restart();
    t.record(1);
    CHECK(t.work() == 1);
    t.sign();
    CHECK_FALSE(t.integrator().broken());
    CHECK(t.errors.errors.empty());
    CHECK(run_sync(t.reader().tile(t.team(), "tile/entries/002")).error().code ==
          "entries_removed");
    CHECK(run_sync(t.reader().tile(t.team(), "tile/entries/003")));
    CHECK(run_sync(t.reader().tile(t.team(), "tile/0/002")));
}

TEST_CASE("retention: what no checkpoint covers is kept, and so is the last entry of one",
          "[tenancy][audit]") {
    retention_world t;
    t.enter(512);
    t.sign();
    t.enter(600);  // not signed: the world's clock stands still
    const auto covered = t.head().checkpoint_size;
    t.clock.advance(days{3000});
    t.keep_for(30);
    (void)run_sync(t.registry->retention().work_once());
    const auto log = t.head();
    CHECK(log.kept_from > 0);
    CHECK(log.kept_from < covered);
}

TEST_CASE("retention: nothing of a team on legal hold is removed", "[tenancy][audit]") {
    retention_world t;
    t.enter(600);
    t.sign();
    t.clock.advance(days{100});
    t.hold(true);
    t.keep_for(30);
    CHECK(t.kept_from() == 0);
    CHECK(t.oldest() == 0);
    t.hold(false);
    CHECK(t.kept_from() == 512);
}

TEST_CASE("retention: a record whose time in the database was changed is not removed",
          "[tenancy][audit]") {
    retention_world t;
    t.enter(600);
    t.sign();
    t.sql("UPDATE audit_records SET recorded_at = 0");
    t.keep_for(30);
    CHECK(t.kept_from() == 0);
}

TEST_CASE("retention: a log that is not what it was loses nothing", "[tenancy][audit]") {
    retention_world t;
    t.enter(1000);
    t.sign();
    t.clock.advance(days{100});
    SECTION("a record was changed") {
        t.sql("UPDATE audit_records SET entry = '{}' WHERE position = 100");
    }
    SECTION("a record was deleted") {
        t.sql("DELETE FROM audit_records WHERE position = 100");
    }
    t.keep_for(30);
    CHECK(t.kept_from() == 0);
    CHECK(t.errors.errors.find("audit_log_damaged") != std::string::npos);
}

TEST_CASE("retention: a log whose beginning somebody else removed is broken", "[tenancy][audit]") {
    retention_world t;
    t.enter(1200);
    t.sign();
    t.clock.advance(days{100});
    t.enter(200);
    t.keep_for(30);
    CHECK(t.kept_from() == 1024);
    t.work();
    CHECK_FALSE(t.integrator().broken());
    SECTION("more than the statement says") {
        t.sql(
            "UPDATE audit_logs SET kept_from = 1280; DELETE FROM audit_records WHERE position < "
            "1280");
    }
    SECTION("without a statement") {
        t.sql("UPDATE audit_logs SET retention = ''");
    }
    SECTION("the removal was undone") {
        t.sql("UPDATE audit_logs SET kept_from = 0, retention = ''");
    }
    t.record(1);
    t.work();
    CHECK(t.integrator().broken());
}

TEST_CASE("retention: the time of an entry is its own member, not a text inside it",
          "[tenancy][audit]") {
    audit_event event;
    event.client = R"(x","time":"2001-01-01T00:00:00.000Z)";
    event.tool = R"(y","time":"2002-01-01T00:00:00.000Z","z":")";
    const auto at = base::from_unix_ms(1'800'000'000'000);
    CHECK(time_of_entry(audit_row_of(event, at).entry) == at);
    CHECK_FALSE(time_of_entry(R"({"record":1})"));
}

TEST_CASE("retention: a statement is signed, of one log, and never a checkpoint",
          "[tenancy][audit]") {
    using namespace tenancy::audit_log;
    const auto signer = note_signer::make("a/audit/team_1", std::string(32, 's')).value();
    const auto other = note_signer::make("a/audit/team_2", std::string(32, 's')).value();
    const removal what{"a/audit/team_1", 512, leaf_hash("x")};
    const auto note = sign_removal(what, signer).value();
    const auto opened = open_removal(note, signer.verifier(), "a/audit/team_1");
    CHECK((opened && *opened == what));
    CHECK(open_removal(note, other.verifier(), "a/audit/team_2").has_error());
    CHECK(open_checkpoint(note, signer.verifier(), "a/audit/team_1").has_error());
    auto changed = note;
    changed.replace(changed.find("512"), 3, "768");
    CHECK(open_removal(changed, signer.verifier(), "a/audit/team_1").has_error());
    const auto head = sign_checkpoint({"a/audit/team_1", 512, leaf_hash("x")}, signer).value();
    CHECK(open_removal(head, signer.verifier(), "a/audit/team_1").has_error());
    CHECK(sign_removal({"a/audit/team_1", 100, leaf_hash("x")}, signer).has_error());
}

}  // namespace retention_test
