// What somebody changes in the database is noticed before anything is appended or signed.
#include <catch2/catch.hpp>

#include <functional>

#include "tests/unit/tenancy/audit_world.hpp"

namespace audit_broken_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using test::audit_world;
using test::run_sync;

namespace {

std::string hex_literal(std::string_view bytes) {
    return "X'" + base::hex(bytes) + "'";
}

// A log of 300 records with a checkpoint of 100, one of 200, and none of the last 100.
struct signed_world : audit_world {
    signed_world() {
        for (int i = 0; i < 2; ++i) {
            record(100);
            work();
            (void)run_sync(integrator().checkpoint_now(team())).value();
            if (i == 0) older = head();
        }
        record(100);
        work();
        newest = head();
    }
    // The head, as it was with 100 records.
    std::string to_older() const {
        return "UPDATE audit_logs SET size = 100, root = " + hex_literal(older.root) +
               ", checkpoint = '" + older.checkpoint + "', checkpoint_size = 100; ";
    }
    storage::audit_log_row older;
    storage::audit_log_row newest;
};

struct tampering {
    const char* name;
    std::function<std::string(const signed_world&)> sql;
    bool after_restart = true;  // a process that has not seen the log before notices it too
};

std::function<std::string(const signed_world&)> always(std::string sql) {
    return [sql = std::move(sql)](const signed_world&) { return sql; };
}

const std::string no_rows = "DELETE FROM audit_records; ";
const std::string no_tiles = "DELETE FROM audit_tiles; ";
const std::string no_head = "DELETE FROM audit_logs; ";

std::string flip_tile(int level, int number, int byte) {
    return "UPDATE audit_tiles SET hashes = CAST(substr(hashes, 1, " + std::to_string(byte) +
           ") || X'00' || substr(hashes, " + std::to_string(byte + 2) +
           ") AS BLOB) WHERE level = " + std::to_string(level) +
           " AND number = " + std::to_string(number);
}

std::string position(int from, int to) {
    return "UPDATE audit_records SET position = " + std::to_string(to) +
           " WHERE position = " + std::to_string(from) + "; ";
}

const std::vector<tampering>& all_tamperings() {
    static const std::vector<tampering> all{
        {"the newest rows are deleted", always("DELETE FROM audit_records WHERE position >= 298")},
        {"one older row is deleted", always("DELETE FROM audit_records WHERE position = 60")},
        {"the head is deleted", always(no_head)},
        {"the head and the tiles are deleted", always(no_head + no_tiles)},
        {"everything is deleted", always(no_head + no_tiles + no_rows), false},
        {"the head is the older one", [](const auto& log) { return log.to_older(); }},
        {"the head is the older one, and the rows behind it are deleted",
         [](const auto& log) {
             return log.to_older() + "DELETE FROM audit_records WHERE position >= 100";
         },
         false},
        {"a byte of the newest entry",
         always("UPDATE audit_records SET entry = replace(entry, 'r', 's') WHERE position = 299")},
        {"a byte of an entry of the tile before",
         always("UPDATE audit_records SET entry = replace(entry, 'r', 's') WHERE position = 44")},
        {"two entries are swapped",
         always(position(290, 1000) + position(291, 290) + position(1000, 291))},
        {"an entry is moved behind the end", always(position(290, 300))},
        {"the first hash of the newest tile", always(flip_tile(0, 1, 0))},
        {"the last hash of the newest tile", always(flip_tile(0, 1, 43 * 32 + 31))},
        {"a hash of the full tile", always(flip_tile(0, 0, 20 * 32))},
        {"a hash of the upper tile", always(flip_tile(1, 0, 5))},
        {"the newest tile is shorter",
         always("UPDATE audit_tiles SET hashes = substr(hashes, 1, 64) WHERE level = 0 AND number "
                "= 1")},
        {"a tile is deleted", always("DELETE FROM audit_tiles WHERE level = 0 AND number = 0")},
        {"the root", always("UPDATE audit_logs SET root = X'" + std::string(64, '0') + "'")},
        {"the size", always("UPDATE audit_logs SET size = 299")},
        {"a size below the checkpoint's", always("UPDATE audit_logs SET size = 150")},
        {"a size that is none", always("UPDATE audit_logs SET size = -1")},
        {"the checkpoint is erased", always("UPDATE audit_logs SET checkpoint = ''")},
        {"the checkpoint never was",
         always("UPDATE audit_logs SET checkpoint = '', checkpoint_size = 0, signed_at = NULL"),
         false},
        {"the checkpoint's size", always("UPDATE audit_logs SET checkpoint_size = 201")},
        {"a byte of the checkpoint",
         always("UPDATE audit_logs SET checkpoint = replace(checkpoint, 'audit', 'Audit')")},
        {"the checkpoint is the older one",
         [](const auto& log) {
             return "UPDATE audit_logs SET checkpoint = '" + log.older.checkpoint +
                    "', checkpoint_size = 100";
         },
         false},
    };
    return all;
}

void check_broken(signed_world& world) {
    CHECK(world.integrator().broken());
    CHECK(world.integrator().broken_reason().find(world.team()) != std::string::npos);
    CHECK(world.errors.errors.starts_with("audit_log_broken " + world.team()));
    const auto found = run_sync(world.store->find_audit_log(world.team())).value();
    const auto before = found ? found->checkpoint + std::to_string(found->size) : "";
    world.record(1);
    CHECK(world.work() == 0);
    CHECK(run_sync(world.integrator().checkpoint_now(world.team())).error().code ==
          "audit_log_broken");
    const auto after = run_sync(world.store->find_audit_log(world.team())).value();
    CHECK((after ? after->checkpoint + std::to_string(after->size) : "") == before);
    CHECK(world.errors.errors.find('\n') == world.errors.errors.size() - 1);  // said once
}

}  // namespace

TEST_CASE("audit integrator: every change to the end of a log is noticed at the next integration",
          "[tenancy]") {
    for (const tampering& one : all_tamperings()) {
        INFO(one.name);
        signed_world world;
        world.sql(one.sql(world));
        world.record(1);
        CHECK(world.work() == 0);
        check_broken(world);
    }
}

TEST_CASE("audit integrator: every change to the end of a log is noticed at the next signature",
          "[tenancy]") {
    for (const tampering& one : all_tamperings()) {
        INFO(one.name);
        signed_world world;
        world.sql(one.sql(world));
        CHECK(run_sync(world.integrator().checkpoint_now(world.team())).error().code ==
              "audit_log_broken");
        check_broken(world);
    }
}

TEST_CASE("audit integrator: after a restart, what does not fit together is noticed", "[tenancy]") {
    for (const tampering& one : all_tamperings()) {
        INFO(one.name);
        signed_world world;
        world.sql(one.sql(world));
        world.restart();
        world.record(1);
        world.clock.advance(milliseconds{10'000});
        world.work();
        CHECK(world.integrator().broken() == one.after_restart);
        if (one.after_restart) check_broken(world);
    }
}

// Replaces the log by another one that is consistent, larger, and signed with the right key.
void rewrite(signed_world& world, int records) {
    world.sql(no_head + no_tiles + no_rows);
    world.record(records);
    const auto other = world.instance();
    CHECK(run_sync(other->audit_integrator().work_once()) == static_cast<std::size_t>(records));
    (void)run_sync(other->audit_integrator().checkpoint_now(world.team())).value();
}

// The checkpoint is of the whole log, so that no root but the log's own depends on the tile.
TEST_CASE("audit integrator: a full tile that newest entries are in is checked as a whole",
          "[tenancy]") {
    signed_world world;
    (void)run_sync(world.integrator().checkpoint_now(world.team())).value();
    world.sql(flip_tile(0, 0, 20 * 32));
    world.record(1);
    CHECK(world.work() == 0);
    CHECK(world.integrator().broken());
}

TEST_CASE("audit integrator: the reason says what is wrong", "[tenancy]") {
    const auto reason_of = [](const std::string& sql) {
        signed_world world;
        world.sql(sql);
        world.record(1);
        world.work();
        return world.integrator().broken_reason();
    };
    const auto says = [&](const std::string& sql, const std::string& sentence) {
        CHECK_THAT(reason_of(sql), Catch::Matchers::EndsWith(sentence));
    };
    says(no_head,
         "is not what it was: the log is not in the database any more; it had 300 entries");
    says("UPDATE audit_logs SET size = 299", "the log has 299 entries; it had 300");
    says("DELETE FROM audit_records WHERE position = 299", "the record at position 299 is missing");
    says("UPDATE audit_records SET position = 300 WHERE position = 299",
         "the record aud_300 is behind the end of the log, at position 300");
    says("DELETE FROM audit_tiles WHERE level = 0 AND number = 1",
         "the tiles of the log do not give the root that is stored for its 300 entries");
    says("UPDATE audit_logs SET checkpoint = ''", "the newest checkpoint is missing");
}

TEST_CASE("audit integrator: a larger log with another beginning is noticed", "[tenancy]") {
    signed_world world;
    rewrite(world, 400);
    world.record(1);
    CHECK(world.work() == 0);
    CHECK(world.integrator().broken_reason().find("the first 300 entries of the log have another "
                                                  "root") != std::string::npos);
    check_broken(world);
}

TEST_CASE("audit integrator: a checkpoint of another log is noticed, though it is signed",
          "[tenancy]") {
    signed_world world;
    rewrite(world, 400);
    world.sql("UPDATE audit_logs SET checkpoint = '" + world.older.checkpoint +
              "', checkpoint_size = 100");
    world.restart();
    world.record(1);
    CHECK(world.work() == 0);
    CHECK(world.integrator().broken_reason().find(
              "the newest checkpoint is not of the beginning") != std::string::npos);
}

TEST_CASE("audit integrator: a log that nobody changed is not broken, nor one that was mended",
          "[tenancy]") {
    signed_world world;
    world.sql("UPDATE audit_records SET entry = entry; UPDATE audit_logs SET root = root");
    world.record(1);
    CHECK(world.work() == 1);
    CHECK_FALSE(world.integrator().broken());
    CHECK(world.integrator().broken_reason().empty());
    const auto head = world.head();
    world.sql("UPDATE audit_logs SET size = 300");
    world.record(1);
    CHECK(world.work() == 0);
    CHECK(world.integrator().broken());
    world.sql("UPDATE audit_logs SET size = " + std::to_string(head.size));
    CHECK(world.work() == 0);  // until it starts again
    world.restart();
    CHECK(world.work() == 1);
    CHECK(run_sync(world.integrator().checkpoint_now(world.team())).has_value());
    CHECK(world.checkpoint().size == 302);
}

TEST_CASE("audit integrator: a log that nobody writes to is looked at too", "[tenancy]") {
    for (const std::string sql : {"DELETE FROM audit_logs", "UPDATE audit_logs SET size = 250"}) {
        signed_world world;
        world.clock.advance(milliseconds{10'000});
        world.work();
        CHECK_FALSE(world.integrator().broken());
        world.sql(sql);
        world.work();
        CHECK_FALSE(world.integrator().broken());
        world.clock.advance(milliseconds{10'000});
        world.work();
        CHECK(world.integrator().broken());
    }
}

TEST_CASE("audit integrator: an entry that no bundle can hold stops the log before it is in it",
          "[tenancy]") {
    audit_world world;
    auto longest = world.row();
    longest.entry = std::string(65'535, 'e');
    world.add({longest});
    CHECK(world.work() == 1);
    auto longer = world.row();
    longer.entry = std::string(65'536, 'e');
    world.add({longer});
    CHECK(world.work() == 0);
    CHECK(world.integrator().broken_reason().find(longer.id) != std::string::npos);
    CHECK(world.head().size == 1);
}

TEST_CASE("audit integrator: a failing store breaks nothing", "[tenancy]") {
    signed_world world;
    world.record(5);
    world.watched->fail_commits = true;
    CHECK(world.work() == 0);
    CHECK(run_sync(world.integrator().checkpoint_now(world.team())).error().kind ==
          base::errc::unavailable);
    CHECK_FALSE(world.integrator().broken());
    world.watched->fail_commits = false;
    CHECK(world.work() == 5);
}

}  // namespace audit_broken_test
