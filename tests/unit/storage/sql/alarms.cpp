// The due list, on both databases.
#include "storage/changes/alarms.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/unit/storage/backends.hpp"

namespace alarms_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

// A claim at `now`, with 30 s to work on it.
struct taken {
    claim_alarms what;
    const std::vector<alarm_row>& alarms() const { return *what.taken; }
    std::set<std::string> subjects() const {
        std::set<std::string> out;
        for (const auto& alarm : alarms()) out.insert(alarm.subject);
        return out;
    }
};

taken take(record_store& store, timestamp now, std::int64_t limit = 100) {
    static int claims = 0;
    claim_alarms what{"clm_" + std::to_string(++claims), now, now + std::chrono::seconds{30}, limit,
                      std::make_shared<std::vector<alarm_row>>()};
    REQUIRE(put(store, {what}).has_value());
    return {std::move(what)};
}

fired_alarms fire(record_store& store, const taken& batch) {
    auto done = std::make_shared<fired_alarms>();
    REQUIRE(put(store, {fire_alarms{batch.what.claim, batch.what.now, batch.what.until, done}})
                .has_value());
    return *done;
}

server_row expiring(const std::string& id, timestamp when, const std::string& team = "team_a") {
    server_row row = test::server(team, team == "team_a" ? "ia_a" : "ia_b", id);
    row.expires_at = when;
    return row;
}

server_row read_server(record_store& store, const std::string& id) {
    return run_sync(store.find_server("team_a", "ia_a", id)).value().value();
}

bool accepted(record_store& store, char token) {
    return run_sync(store.find_grant({{"p1", test::digest_of(token)}})).value().has_value();
}

std::int64_t waiting(record_store& store) {
    return run_sync(store.count_rows()).value().alarms;
}

}  // namespace

TEMPLATE_TEST_CASE("storage alarms: an expiry is armed with its server and moves along",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK_FALSE(run_sync(store->next_alarm()).value());
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10}}).has_value());
    CHECK(run_sync(store->next_alarm()).value() == at(500));
    auto row = read_server(*store, "mcp_e");
    row.expires_at = at(300);
    REQUIRE(put(*store, {replace_server{row}}).has_value());
    CHECK(run_sync(store->next_alarm()).value() == at(300));
    CHECK(waiting(*store) == 1);
    row = read_server(*store, "mcp_e");
    row.expires_at.reset();
    REQUIRE(put(*store, {replace_server{row}}).has_value());
    CHECK(waiting(*store) == 0);
    // nothing of a change that fails
    REQUIRE(put(*store, {add_server{expiring("mcp_f", at(1)), 10}, remove_account{"team_a", "x"}})
                .has_error());
    CHECK(waiting(*store) == 0);
}

TEMPLATE_TEST_CASE("storage alarms: a revoke and a removal take the alarms away",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(
        put(*store,
            {add_server{expiring("mcp_e", at(500)), 10},
             add_token{test::token("team_a", "mcp_e", 'E')}, cap_tokens{"team_a", "mcp_e", at(200)},
             add_server{expiring("mcp_f", at(500)), 10}, cap_tokens{"team_a", "mcp_a", at(300)},
             add_server{expiring("mcp_b", at(700), "team_b"), 10}})
            .has_value());
    CHECK(waiting(*store) == 5);
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_e", at(9)}}).has_value());
    CHECK(waiting(*store) == 3);
    const auto live = run_sync(store->count_servers("team_a", "ia_a")).value();
    CHECK(live > 0);
    CHECK(put(*store, {remove_account{"team_a", "ia_a", live + 1}}).error().code ==
          "count_differs");
    REQUIRE(put(*store, {remove_account{"team_a", "ia_a", live}}).has_value());
    CHECK(waiting(*store) == 1);
    CHECK(take(*store, at(9999)).subjects() == std::set<std::string>{"mcp_b"});
}

TEMPLATE_TEST_CASE("storage alarms: what is due is taken once, the longest due first",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (int i = 0; i < 6; ++i)
        REQUIRE(put(*store, {add_server{expiring("mcp_" + std::to_string(i), at(100 + i)), 10}})
                    .has_value());
    CHECK(take(*store, at(99)).alarms().empty());
    const auto first = take(*store, at(104), 2);
    CHECK(first.subjects() == std::set<std::string>{"mcp_0", "mcp_1"});
    CHECK(first.alarms().front().attempts == 1);
    CHECK(first.alarms().front().team_id == "team_a");
    CHECK(take(*store, at(104)).subjects() == std::set<std::string>{"mcp_2", "mcp_3", "mcp_4"});
    CHECK(take(*store, at(104)).alarms().empty());
    CHECK(run_sync(store->next_alarm()).value() == at(105));
}

TEMPLATE_TEST_CASE("storage alarms: a purge marks the server and takes its tokens",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10},
                         add_token{test::token("team_a", "mcp_e", 'E')},
                         add_token{test::token("team_a", "mcp_e", 'F')},
                         cap_tokens{"team_a", "mcp_e", at(900)}})
                .has_value());
    const auto done = fire(*store, take(*store, at(500)));
    CHECK(done.servers == std::vector<std::string>{"mcp_e"});
    CHECK(done.tokens.empty());
    CHECK(read_server(*store, "mcp_e").expired_at == at(500));
    CHECK_FALSE(accepted(*store, 'E'));
    CHECK_FALSE(accepted(*store, 'F'));
    CHECK(accepted(*store, 'T'));
    CHECK(waiting(*store) == 0);
}

TEMPLATE_TEST_CASE("storage alarms: a server that was prolonged meanwhile lives",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10},
                         add_token{test::token("team_a", "mcp_e", 'E')}})
                .has_value());
    const auto batch = take(*store, at(500));
    auto row = read_server(*store, "mcp_e");
    row.expires_at = at(9000);
    REQUIRE(put(*store, {replace_server{row}}).has_value());
    CHECK(fire(*store, batch).servers.empty());
    CHECK_FALSE(read_server(*store, "mcp_e").expired_at);
    CHECK(accepted(*store, 'E'));
    CHECK(run_sync(store->next_alarm()).value() == at(9000));
    // and one that read it before the purge cannot undo the purge
    const auto stale = read_server(*store, "mcp_e");
    CHECK(fire(*store, take(*store, at(9000))).servers.size() == 1);
    CHECK(put(*store, {replace_server{stale}}).error().code == "version_changed");
}

TEMPLATE_TEST_CASE("storage alarms: a lease that ended is taken over, and fires once",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10},
                         add_token{test::token("team_a", "mcp_e", 'E')}})
                .has_value());
    const auto first = take(*store, at(500));
    REQUIRE(first.alarms().size() == 1);
    CHECK(take(*store, at(500 + 29'999)).alarms().empty());
    const auto second = take(*store, at(500 + 30'000));
    REQUIRE(second.alarms().size() == 1);
    CHECK(second.alarms().front().attempts == 2);
    CHECK(second.alarms().front().due_at == at(500));
    CHECK(fire(*store, first).servers.empty());  // it came back too late
    CHECK(accepted(*store, 'E'));
    CHECK(fire(*store, second).servers.size() == 1);
    CHECK(fire(*store, second).servers.empty());
    CHECK(read_server(*store, "mcp_e").version == 2);
}

TEMPLATE_TEST_CASE("storage alarms: claims of the dead are released", "[storage][alarms]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10},
                         add_server{expiring("mcp_later", at(900)), 10}})
                .has_value());
    const auto dead = take(*store, at(500));
    REQUIRE(put(*store, {release_alarms{at(600), at(600 + 30'000)}}).has_value());
    CHECK(take(*store, at(600)).subjects() == std::set<std::string>{"mcp_e"});
    CHECK(fire(*store, dead).servers.empty());
}

TEMPLATE_TEST_CASE("storage alarms: one that is given back waits for its time", "[storage][alarms]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10}}).has_value());
    const auto batch = take(*store, at(500));
    const alarm_row& alarm = batch.alarms().front();
    REQUIRE(put(*store, {postpone_alarm{batch.what.claim, alarm, at(2500)}}).has_value());
    CHECK(run_sync(store->next_alarm()).value() == at(2500));
    REQUIRE(put(*store, {postpone_alarm{batch.what.claim, alarm, at(9999)}}).has_value());
    CHECK(run_sync(store->next_alarm()).value() == at(2500));  // it is not that claim's any more
    CHECK(take(*store, at(2500)).alarms().front().attempts == 2);
}

TEMPLATE_TEST_CASE("storage alarms: an old token ends by itself, the next one later",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {cap_tokens{"team_a", "mcp_a", at(300)},
                         add_token{test::token("team_a", "mcp_a", 'U')},
                         cap_tokens{"team_a", "mcp_a", at(800)},
                         add_token{test::token("team_a", "mcp_a", 'V')}})
                .has_value());
    CHECK(run_sync(store->next_alarm()).value() == at(300));
    const auto first = fire(*store, take(*store, at(300)));
    REQUIRE(first.tokens.size() == 1);
    CHECK(first.tokens.front().server_id == "mcp_a");
    CHECK(first.tokens.front().digest == test::digest_of('T'));
    CHECK_FALSE(accepted(*store, 'T'));
    CHECK(run_sync(store->next_alarm()).value() == at(800));
    CHECK(fire(*store, take(*store, at(800))).tokens.front().digest == test::digest_of('U'));
    CHECK(waiting(*store) == 0);
    CHECK(accepted(*store, 'V'));
    // a rotation without overlap leaves nothing to wait for
    REQUIRE(put(*store, {cap_tokens{"team_a", "mcp_a", at(900)}}).has_value());
    CHECK(waiting(*store) == 1);
    REQUIRE(put(*store, {drop_tokens{"team_a", "mcp_a"}}).has_value());
    CHECK(waiting(*store) == 0);
}

namespace {

// Runs SQL behind the store's back.
void script(test::on_sqlite& backend, const std::string& sql) {
    sqlite::database db{backend.dir.file("t.db"), sqlite::access::read_write};
    db.script(sql);
}
void script(test::on_postgresql& backend, const std::string& sql) {
    postgresql::connection db{{backend.database.url()}};
    db.script(sql);
}

}  // namespace

TEMPLATE_TEST_CASE("storage alarms: the sweep arms what is overdue and has none",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{expiring("mcp_e", at(500)), 10},
                         add_server{expiring("mcp_later", at(900)), 10},
                         add_server{expiring("mcp_revoked", at(500)), 10},
                         revoke_server{"team_a", "ia_a", "mcp_revoked", at(9)},
                         cap_tokens{"team_a", "mcp_a", at(400)}})
                .has_value());
    script(backend, "DELETE FROM alarms");
    auto armed = std::make_shared<std::int64_t>(0);
    REQUIRE(put(*store, {arm_missing_alarms{at(399), armed}}).has_value());
    CHECK(*armed == 0);
    REQUIRE(put(*store, {arm_missing_alarms{at(500), armed}}).has_value());
    CHECK(*armed == 2);
    REQUIRE(put(*store, {arm_missing_alarms{at(500), armed}}).has_value());
    CHECK(*armed == 0);
    const auto batch = take(*store, at(500));
    CHECK(batch.subjects() == std::set<std::string>{"mcp_a", "mcp_e"});
    fire(*store, batch);
    REQUIRE(put(*store, {arm_missing_alarms{at(500), armed}}).has_value());
    CHECK(*armed == 0);
}

TEMPLATE_TEST_CASE("storage alarms: a kind that is not known is left to who knows it",
                   "[storage][alarms]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    script(backend,
           "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) VALUES "
           "('team_a', 'x', 'of_tomorrow', 5, 5)");
    CHECK_FALSE(run_sync(store->next_alarm()).value());
    CHECK(take(*store, at(500)).alarms().empty());
}

TEST_CASE("storage alarms: servers made before there were alarms get theirs", "[storage][alarms]") {
    test::on_sqlite backend;
    {
        sqlite::database db{backend.dir.file("t.db"), sqlite::access::read_write};
        const auto known = sql::built_in_migrations(sql::dialect::sqlite);
        REQUIRE(sql::migrate(db, std::span{known}.first(2), at(0)).has_value());
        db.script(
            "INSERT INTO teams (id, name, created_at) VALUES ('team_a', 'A', 1);"
            "INSERT INTO integrated_accounts (id, team_id, name, mode, kind, last4, key_id, "
            "wrapped_key, credential, stripe_account, stripe_version, tags, created_by, "
            "created_at, updated_at, version) VALUES ('ia_a', 'team_a', 'A', 'test', 'secret', "
            "'1234', 'k', x'00', x'00', '', '', '[]', '', 1, 1, 1);");
        const auto add = [&db](const std::string& id, const std::string& expires,
                               const std::string& revoked) {
            db.script(
                "INSERT INTO mcp_servers (id, team_id, account_id, name, config, expires_at, "
                "token_prefix, created_by, created_at, updated_at, revoked_at, version) VALUES "
                "('" +
                id + "', 'team_a', 'ia_a', 'S', '{}', " + expires + ", 'tgm_', '', 1, 1, " +
                revoked + ", 1)");
        };
        add("mcp_e", "500", "NULL");
        add("mcp_n", "NULL", "NULL");
        add("mcp_r", "500", "400");
        db.script(
            "INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at, "
            "expires_at) VALUES (zeroblob(32), 'p1', 'team_a', 'mcp_n', 1, 700);");
    }
    const auto store = backend.open();
    CHECK(waiting(*store) == 2);
    const auto batch = take(*store, at(0));
    CHECK(batch.subjects() == std::set<std::string>{"mcp_e", "mcp_n"});
    const auto done = fire(*store, batch);
    CHECK(done.servers == std::vector<std::string>{"mcp_e"});
    CHECK(done.tokens.size() == 1);
}

// Four instances work one list off while its servers are used, prolonged and revoked.
TEST_CASE("storage postgresql: instances share a due list, each alarm fires once",
          "[storage][alarms]") {
    test::on_postgresql backend;
    const auto first = backend.open();
    REQUIRE(fill(*first));
    constexpr int count = 1200;
    constexpr int instances = 4;
    std::vector<change> changes;
    for (int i = 0; i < count; ++i)
        changes.emplace_back(add_server{expiring("mcp_" + std::to_string(i), at(i % 10)), 9999});
    REQUIRE(put(*first, std::move(changes)).has_value());

    std::vector<std::unique_ptr<record_store>> stores;
    for (int i = 0; i < instances; ++i) stores.push_back(backend.open());
    std::vector<std::vector<std::string>> fired(instances);
    std::atomic<int> faults{0};
    const auto work = [&](int instance) {
        record_store& store = *stores[static_cast<std::size_t>(instance)];
        for (int turn = 0;; ++turn) {
            auto rows = std::make_shared<std::vector<alarm_row>>();
            auto done = std::make_shared<fired_alarms>();
            const std::string id = "c" + std::to_string(instance) + "_" + std::to_string(turn);
            if (!put(store, {claim_alarms{id, at(500), at(90'500), 50, rows}})) ++faults;
            if (rows->empty()) return;
            if (!put(store, {fire_alarms{id, at(500), at(90'500), done}})) ++faults;
            auto& mine = fired[static_cast<std::size_t>(instance)];
            mine.insert(mine.end(), done->servers.begin(), done->servers.end());
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < instances; ++i) threads.emplace_back(work, i);
    for (int i = count - 1; i >= 0; i -= 10) {
        const std::string id = "mcp_" + std::to_string(i);
        if (!put(*first, {add_usage{"team_a", id, 1, at(9)}})) ++faults;
        if (!put(*first, {revoke_server{"team_a", "ia_a", id, at(9)}})) ++faults;
    }
    for (auto& thread : threads) thread.join();

    CHECK(faults == 0);
    std::multiset<std::string> all;
    for (const auto& mine : fired) all.insert(mine.begin(), mine.end());
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    int open = 0;
    for (int i = 0; i < count; ++i) {
        const auto row = read_server(*first, "mcp_" + std::to_string(i));
        if (!row.expired_at && !row.revoked_at) ++open;
        if (row.expired_at && all.count(row.id) != 1) ++open;
    }
    CHECK(open == 0);
    CHECK(waiting(*first) == 0);
}

}  // namespace alarms_test
