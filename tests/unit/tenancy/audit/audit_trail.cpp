// Audit records on their way into the store.
#include "tenancy/audit/audit_trail.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "storage/changes/audit.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tests/support/watched_store.hpp"
#include "tests/unit/tenancy/receipt_world.hpp"

namespace audit_trail_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using test::receipt_world;
using test::run_sync;

namespace {

audit_event read_call(const std::string& tool = "list_all_stripe_charges") {
    audit_event out;
    out.team_id = "team_1";
    out.actor = "tok_0011";
    out.server_id = "mcp_1";
    out.tool = tool;
    out.request_id = "req-1";
    out.outcome = "succeeded";
    return out;
}

// A trail over a store that the test can make fail.
struct world : test::tenancy_fixture {
    std::vector<storage::audit_row> rows(const std::string& team = "team_1") {
        storage::page where;
        where.limit = 1000;
        return run_sync(store->list_audit(team, {}, where)).value();
    }
    test::watched_store watched{*store};
    environment env{watched,
                    clock,
                    log,
                    vault{load_key_ring({.text = test::master_key_text, .file = {}}, "m")->ring},
                    token_hasher{load_key_ring({.text = test::pepper_text, .file = {}}, "p")->ring},
                    tools,
                    {}};
};

void run_for(audit_trail& trail, milliseconds time) {
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, trail.run(), test::rethrow);
    loop.run_for(time);
    trail.stop();
    loop.run();
}

}  // namespace

TEST_CASE("audit event: an entry is one line of JSON with its members in order", "[tenancy]") {
    audit_event event = read_call("x\n\"y\"");
    event.status = 200;
    event.changed_to = R"({"a":1})";
    const auto row = audit_row_of(event, base::from_unix_ms(1'800'000'000'000));
    CHECK(row.entry.find('\n') == std::string::npos);
    const auto read = nlohmann::ordered_json::parse(row.entry);
    CHECK(read["tool"] == "x\n\"y\"");
    CHECK(read["changed_to"]["a"] == 1);
    CHECK(read["id"] == row.id);
    CHECK_FALSE(read.contains("rule"));
    std::string last;
    for (const auto& [key, value] : read.items()) {
        CHECK(last < key);
        last = key;
    }
}

TEST_CASE("audit event: an entry is never longer than a log takes", "[tenancy]") {
    audit_event event = read_call(std::string(100'000, 'x'));
    event.client = event.action = event.remote = event.rule = event.tool;
    event.changed_from = event.changed_to = '"' + std::string(20'000, 'y') + '"';
    const auto row = audit_row_of(event, {});
    CHECK(row.entry.size() < audit_entry_max);
    CHECK(nlohmann::json::parse(row.entry)["cut"] == true);
}

TEST_CASE("audit event: every text becomes one that every store takes", "[tenancy]") {
    const std::string nul{"a\0b", 3};
    CHECK(storable("Gr\xC3\xBC\xC3\x9F"
                   "e") ==
          "Gr\xC3\xBC\xC3\x9F"
          "e");
    CHECK(storable(nul) == "a?b");
    CHECK(storable("a\xFF"
                   "b\xC3\xBC") == "a?b??");
    CHECK(storable({}).empty());
    // Wherever the byte is, and however long the text.
    for (std::size_t size = 1; size < 40; ++size)
        for (std::size_t at = 0; at < size; ++at)
            for (const char bad : {'\0', '\x80', '\xFF'}) {
                std::string text(size, '\x7F');
                std::string mended = text;
                text[at] = bad;
                mended[at] = '?';
                REQUIRE(storable(text) == mended);
            }
    audit_event event = read_call(nul);
    event.rule = event.object_id = event.request_id = event.client =
        "a\xFF"
        "b";
    const auto row = audit_row_of(event, {});
    CHECK(row.tool == "a?b");
    for (const auto& text : {row.rule, row.object_id, row.request_id}) CHECK(text == "a?b");
    CHECK(nlohmann::json::parse(row.entry)["client"] == "a?b");
}

TEST_CASE("audit event: ids of one process are unique", "[tenancy]") {
    const auto first = audit_row_of(read_call(), {}).id;
    const auto second = audit_row_of(read_call(), {}).id;
    CHECK(first != second);
    CHECK(first < second);
}

TEST_CASE("audit trail: what is noted is stored, in order", "[tenancy]") {
    world w;
    audit_trail trail{w.env};
    for (int i = 0; i < 1'200; ++i) trail.note(read_call(std::to_string(i)));
    run_for(trail, milliseconds{50});
    auto rows = w.rows();
    REQUIRE(rows.size() == 1000);  // a page
    CHECK(rows.front().tool == "1199");
    CHECK(rows.back().tool == "200");
}

TEST_CASE("audit trail: while the store fails records wait, and calls are refused when too many do",
          "[tenancy]") {
    world w;
    audit_trail trail{w.env, {.waiting_max = 3, .batch = 2, .retry_pause = milliseconds{5}}};
    w.watched.fail_commits = true;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(trail.refusal());
        trail.note(read_call(std::to_string(i)));
    }
    REQUIRE(trail.refusal());
    CHECK(trail.refusal()->code == "audit_unavailable");
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, trail.run(), test::rethrow);
    loop.run_for(milliseconds{30});
    CHECK(w.rows().empty());
    w.watched.fail_commits = false;
    loop.run_for(milliseconds{100});
    CHECK(w.rows().size() == 3);
    CHECK_FALSE(trail.refusal());
    trail.stop();
    loop.run();
}

TEST_CASE("audit trail: a record that no store takes holds up no other one", "[tenancy]") {
    world w;
    audit_trail trail{w.env, {.retry_pause = milliseconds{5}}};
    w.watched.fail_with = base::fail(base::errc::invalid_argument, "invalid_text", "no text");
    w.watched.refuses = [](const std::vector<storage::change>& changes) {
        const auto* added = changes.front().as<storage::add_audit>();
        const auto& rows = added->kept ? *added->kept : added->rows;
        return std::ranges::any_of(rows, [](const auto& row) { return row.tool == "bad"; });
    };
    for (const auto* tool : {"one", "bad", "two"}) trail.note(read_call(tool));
    run_for(trail, milliseconds{50});
    const auto rows = w.rows();
    REQUIRE(rows.size() == 2);
    CHECK(rows.front().tool == "two");
    CHECK(rows.back().tool == "one");
    CHECK_FALSE(trail.refusal());
}

TEST_CASE("audit trail: unknown callers cannot fill the log or its memory", "[tenancy]") {
    world w;
    audit_trail trail{w.env, {.waiting_max = 60}};
    for (int i = 0; i < 10'000; ++i) {
        audit_event stranger;
        stranger.kind = audit_kind::admin_refused;
        trail.note_anonymous(std::move(stranger));
    }
    CHECK_FALSE(trail.refusal());  // fifty wait, and calls go on
    run_for(trail, milliseconds{50});
    const auto stored = w.rows(std::string{installation_log}).size();
    CHECK(stored >= 50);
    CHECK(stored < 60);
}

TEST_CASE("audit trail: a record that must be there first is stored, or the caller is refused",
          "[tenancy]") {
    world w;
    audit_trail trail{w.env};
    CHECK(run_sync(trail.record(read_call())));
    CHECK(w.rows().size() == 1);
    w.watched.fail_commits = true;
    CHECK(run_sync(trail.record(read_call())).error().code == "audit_unavailable");
}

TEST_CASE("audit trail: a write has a record before it is sent and one with its outcome",
          "[tenancy]") {
    receipt_world world;
    auto intent = world.intent("rcp_1", "key", "5");
    intent.audit = read_call("create_a_stripe_refund");
    auto begun = run_sync(world.registry->receipts().begin(std::move(intent))).value();
    const auto rows = [&] {
        return run_sync(world.store->list_audit("team_1", {.receipt_id = "rcp_1"}, {})).value();
    };
    REQUIRE(rows().size() == 1);
    CHECK(rows()[0].kind == audit_kind::write_intended);
    world.finish(std::move(begun), receipt_world::succeeded());
    REQUIRE(rows().size() == 2);
    const auto finished = rows()[0].kind == audit_kind::write_finished ? rows()[0] : rows()[1];
    CHECK(finished.object_id == "re_1");
    CHECK(nlohmann::json::parse(finished.entry)["outcome"] == "succeeded");
}

TEST_CASE("audit trail: when the log is broken no write is begun", "[tenancy]") {
    receipt_world world;
    world.registry->audit().stop_writes_when([] { return "the audit log was changed"; });
    const auto refused = world.begin("rcp_1", "key", "5");
    CHECK(refused.error().code == "audit_unavailable");
    CHECK(refused.error().message == "the audit log was changed");
    CHECK(run_sync(world.registry->audit().record(read_call())));  // a revoke is still possible
}

}  // namespace audit_trail_test
