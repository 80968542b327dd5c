// Records as JSON Lines: each once, also while records get their positions.
#include "tenancy/audit/record_lines.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/tenancy/audit_world.hpp"

namespace record_lines_test {

using namespace tollgate;
using test::audit_world;
using test::run_sync;

namespace {

std::string line(int number) {
    return R"({"record":)" + std::to_string(number) + "}\n";
}

std::string lines(int from, int to) {
    std::string out;
    for (int i = from; i <= to; ++i) out += line(i);
    return out;
}

std::unique_ptr<base::body_source> begin(audit_world& world, storage::audit_search what = {}) {
    return world.registry->audit().lines(world.team(), std::move(what));
}

std::string next(base::body_source& from) {
    return run_sync(from.next()).value().value_or("");
}

std::string rest(base::body_source& from) {
    std::string out;
    for (std::string part = next(from); !part.empty(); part = next(from)) out += part;
    return out;
}

}  // namespace

TEST_CASE("record lines: those in the log come first, then the others by time", "[tenancy]") {
    audit_world world;
    CHECK(rest(*begin(world)).empty());
    world.record(300);
    world.work();
    world.record(70);
    const auto source = begin(world);
    CHECK(next(*source) == lines(1, 64));
    CHECK(rest(*source) == lines(65, 370));
    CHECK(next(*source).empty());
}

TEST_CASE("record lines: a record that gets its position meanwhile is there once", "[tenancy]") {
    audit_world world;
    world.record(10);
    world.work();
    world.record(100);
    const auto source = begin(world);
    CHECK(next(*source) == lines(1, 10));
    CHECK(next(*source) == lines(11, 74));
    world.work();
    CHECK(rest(*source) == lines(75, 110));
}

TEST_CASE("record lines: what is recorded after the begin is left out", "[tenancy]") {
    audit_world world;
    world.record(10);
    world.work();
    world.record(5);
    const auto source = begin(world);
    world.clock.advance(std::chrono::milliseconds{1});
    world.record(5);
    CHECK(next(*source) == lines(1, 10));
    world.work();
    world.record(5);
    CHECK(rest(*source) == lines(11, 15));
}

TEST_CASE("record lines: a part takes a bounded part of a log in which nothing matches",
          "[tenancy]") {
    audit_world world;
    world.record(3, "rcp_1");
    world.work();
    constexpr int positions = 1'000'000;
    world.sql("UPDATE audit_logs SET size = " + std::to_string(positions));
    storage::audit_search what;
    what.receipt_id = "rcp_none";
    const auto source = begin(world, what);
    int parts = 0;
    for (auto part = run_sync(source->next()).value(); part;
         part = run_sync(source->next()).value()) {
        CHECK(part->empty());
        REQUIRE(++parts < 100);
    }
    CHECK(parts == positions / (16 * 4096));
}

TEST_CASE("record lines: those from a time on are not looked for before it", "[tenancy]") {
    audit_world world;
    world.record(3);
    world.work();
    world.sql("UPDATE audit_logs SET size = 1000000");
    world.sql("UPDATE audit_records SET position = 999999 WHERE id = 'aud_3'");
    storage::audit_search what;
    what.from = world.clock.now();
    const auto source = begin(world, what);
    CHECK(next(*source) == lines(3, 3));
    CHECK(run_sync(source->next()).value() == std::nullopt);
}

TEST_CASE("record lines: a late record of the range is found before the others", "[tenancy]") {
    audit_world world;
    world.record(3);
    const base::timestamp third = world.clock.now();
    world.record(1);
    world.work();
    // The third record came to the log after the fourth.
    world.sql("UPDATE audit_records SET position = 9 WHERE id = 'aud_3'");
    world.sql("UPDATE audit_records SET position = 2 WHERE id = 'aud_4'");
    world.sql("UPDATE audit_logs SET size = 10");
    storage::audit_search what;
    what.from = third;
    CHECK(rest(*begin(world, what)) == lines(4, 4) + lines(3, 3));
}

TEST_CASE("record lines: a search narrows them", "[tenancy]") {
    audit_world world;
    world.record(2);
    world.record(2, "rcp_1");
    world.work();
    world.record(1, "rcp_1");
    storage::audit_search what;
    what.receipt_id = "rcp_1";
    CHECK(rest(*begin(world, what)) == lines(3, 5));
    what.from = world.clock.now();
    CHECK(rest(*begin(world, what)) == lines(5, 5));
}

TEST_CASE("record lines: a long range is looked up no longer than a short one, and is whole",
          "[tenancy]") {
    audit_world world;
    world.record(3);
    const base::timestamp from = world.clock.now();
    // Of the many records, the first in time is the last in the log.
    world.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT "
        "INTO audit_records SELECT 'aud_x' || i, team_id, recorded_at + i, 70000 - i, kind, actor, "
        "server_id, tool, decision, rule, object_id, request_id, receipt_id, entry FROM n, "
        "audit_records WHERE id = 'aud_3'");
    const auto first = [&world](base::timestamp begin, base::timestamp end) {
        return run_sync(world.store->first_audit_position(world.team(), begin, end)).value();
    };
    using std::chrono::milliseconds;
    CHECK(first(from + milliseconds{1}, from + milliseconds{11}) == 69'990);
    CHECK(first(from, from + milliseconds{70'000}) == 0);
    CHECK_FALSE(first(from + milliseconds{60'001}, from + milliseconds{70'000}));
}

}  // namespace record_lines_test
