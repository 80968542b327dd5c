// What many instances on one PostgreSQL must keep: each store here is one instance.

#include <catch2/catch.hpp>

#include <atomic>
#include <barrier>
#include <functional>
#include <thread>

#include "storage/changes/accounts.hpp"
#include "storage/changes/retention.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/postgresql/address.hpp"
#include "storage/postgresql/pool.hpp"
#include "storage/sql/migrate.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/storage/backends.hpp"

namespace postgresql_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::fill;
using test::put;
using test::run_sync;

namespace {

using test::on_postgresql;

// Runs `work` on `count` instances of the same database at once.
void at_once(on_postgresql& backend, int count,
             const std::function<void(record_store& store, int instance)>& work) {
    std::barrier start{count};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            const auto store = backend.open();
            start.arrive_and_wait();
            work(*store, i);
        });
    for (auto& one : threads) one.join();
}

// How often `make` succeeds on four instances that each try it `times`; other outcomes must have
// `code`.
int successes(on_postgresql& backend, int times, const std::string& code,
              const std::function<change(const std::string& id)>& make) {
    std::atomic<int> good{0};
    std::atomic<int> strange{0};
    at_once(backend, 4, [&](record_store& store, int instance) {
        for (int i = 0; i < times; ++i) {
            const std::string id = std::to_string(instance) + "_" + std::to_string(i);
            const auto done = put(store, {make(id)});
            if (done) {
                ++good;
            } else if (done.error().code != code) {
                ++strange;
            }
        }
    });
    CHECK(strange == 0);
    return good;
}

std::string unique_digest(const std::string& id) {
    std::string out = id;
    out.resize(32, '.');
    return out;
}

}  // namespace

TEST_CASE("storage postgresql: what one instance writes, the other one reads",
          "[storage][postgresql]") {
    on_postgresql backend;
    const auto one = backend.open();
    const auto two = backend.open();
    REQUIRE(fill(*one));
    CHECK(run_sync(two->find_grant({{"p1", test::digest_of('T')}})).value());
    REQUIRE(put(*two, {revoke_server{"team_a", "ia_a", "mcp_a", test::at(5)}}));
    CHECK_FALSE(run_sync(one->find_grant({{"p1", test::digest_of('T')}})).value());
}

TEST_CASE("storage postgresql: limits hold over all instances", "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK(successes(backend, 20, "limit_reached", [](const std::string& id) {
              return add_server{test::server("team_a", "ia_a", "mcp_" + id), 26};
          }) == 25);
    CHECK(run_sync(store->server_ids("team_a", "ia_a")).value().size() == 26);
    CHECK(successes(backend, 20, "limit_reached", [](const std::string& id) {
              return add_account{test::account("team_a", "ia_" + id), 26};
          }) == 25);
    CHECK(successes(backend, 20, "limit_reached", [](const std::string& id) {
              auto key = test::api_key("team_a", "key_" + id, 'x');
              key.token.digest = unique_digest(id);
              return add_api_key{key, 26};
          }) == 25);
}

TEST_CASE("storage postgresql: of changes to one version one is made", "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto server = *run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value();
    const auto account = *run_sync(store->find_account("team_a", "ia_a")).value();
    CHECK(successes(backend, 5, "version_changed",
                    [&](const std::string&) { return replace_server{server}; }) == 1);
    CHECK(successes(backend, 5, "version_changed",
                    [&](const std::string&) { return replace_account{account}; }) == 1);
    CHECK(successes(backend, 5, "version_changed", [&](const std::string&) {
              return reject_credential{"team_a", "ia_a", account.version + 1, test::at(7)};
          }) == 1);
}

TEST_CASE("storage postgresql: one answer a key, one value a setting", "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const replay_row row{"team_a", "POST /x",           "k",         test::digest_of('d'),
                         201,      {"k1", "w", "body"}, test::at(0), test::at(100)};
    CHECK(successes(backend, 5, "replay_exists",
                    [&](const std::string&) { return add_replay{row}; }) == 1);
    CHECK(successes(backend, 5, "setting_exists",
                    [](const std::string& id) { return add_setting{"first", id}; }) == 1);
}

TEST_CASE("storage postgresql: instances cannot remove the last keys together",
          "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (int round = 0; round < 15; ++round) {
        // team_a has two admin keys; two instances remove one each
        const std::string other = "key_r" + std::to_string(round);
        auto key = test::api_key("team_a", other, 'x');
        key.token.digest = unique_digest(other);
        auto keys = run_sync(store->list_api_keys("team_a", {})).value();
        REQUIRE(keys.size() == 1);
        REQUIRE(put(*store, {add_api_key{key, 10}}));
        std::atomic<int> removed{0};
        at_once(backend, 2, [&](record_store& instance, int which) {
            const std::string id = which == 0 ? other : keys.front().id;
            if (put(instance, {remove_api_key{"team_a", id}})) ++removed;
        });
        REQUIRE(removed == 1);
    }
    // the same for owner keys of two teams, each of which has another admin key
    std::atomic<int> removed{0};
    for (const std::string team : {"team_a", "team_b"}) {
        auto owner = test::api_key(team, "owner_" + team, 'x');
        owner.token.digest = unique_digest(owner.id);
        owner.instance_owner = true;
        REQUIRE(put(*store, {add_api_key{owner, 10}}));
    }
    at_once(backend, 2, [&](record_store& instance, int which) {
        const std::string team = which == 0 ? "team_a" : "team_b";
        if (put(instance, {remove_api_key{team, "owner_" + team}})) ++removed;
    });
    CHECK(removed == 1);
}

TEST_CASE("storage postgresql: a rotation never outlives a revoke", "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (int round = 0; round < 15; ++round) {
        const std::string id = "mcp_r" + std::to_string(round);
        REQUIRE(put(*store, {add_server{test::server("team_a", "ia_a", id), 100}}));
        const auto row = *run_sync(store->find_server("team_a", "ia_a", id)).value();
        auto fresh = test::token("team_a", id, 'x');
        fresh.token.digest = unique_digest(id);
        at_once(backend, 2, [&](record_store& instance, int which) {
            const auto done =
                which == 0 ? put(instance,
                                 {replace_server{row}, drop_tokens{"team_a", id}, add_token{fresh}})
                           : put(instance, {revoke_server{"team_a", "ia_a", id, test::at(5)}});
            // the rotation may have lost; the revoke may not
            if (which == 1 && !done) throw std::runtime_error(done.error().message);
        });
        REQUIRE_FALSE(run_sync(store->find_grant({fresh.token})).value());
    }
}

TEST_CASE("storage postgresql: commits wait for the disk, whatever the server's default is",
          "[storage][postgresql]") {
    on_postgresql backend;
    auto& server = test::postgres_server::instance();
    for (const auto& [given, kept] : {std::pair<std::string, std::string>{"off", "on"},
                                      {"local", "on"},
                                      {"on", "on"},
                                      {"remote_apply", "remote_apply"}}) {
        server.run("ALTER ROLE tollgate SET synchronous_commit = " + given);
        postgresql::connection db{{backend.database.url()}};
        sql::query rows{db, "SELECT current_setting('synchronous_commit')"};
        REQUIRE(rows.next());
        CHECK(rows.text() == kept);
    }
    server.run("ALTER ROLE tollgate RESET synchronous_commit");
}

// Two transactions that wait for each other: PostgreSQL ends one, and it is run again.
TEST_CASE("storage postgresql: deadlocks are run again", "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_server{test::server("team_a", "ia_a", "mcp_b"), 10}}));
    std::atomic<int> failed{0};
    at_once(backend, 4, [&](record_store& instance, int which) {
        for (int i = 0; i < 30; ++i) {
            std::vector<change> changes{add_usage{"team_a", "mcp_a", 1, test::at(i)},
                                        add_usage{"team_a", "mcp_b", 1, test::at(i)}};
            if (which % 2 == 1) std::swap(changes[0], changes[1]);
            if (!put(instance, std::move(changes))) ++failed;
        }
    });
    CHECK(failed == 0);
    CHECK(run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value()->use_count == 120);
    CHECK(run_sync(store->find_server("team_a", "ia_a", "mcp_b")).value()->use_count == 120);
}

TEST_CASE("storage postgresql: ten instances start on an empty database at once",
          "[storage][postgresql]") {
    on_postgresql backend;
    std::atomic<int> good{0};
    at_once(backend, 10, [&](record_store& store, int instance) {
        if (put(store, {add_team{test::team("team_" + std::to_string(instance))}})) ++good;
    });
    CHECK(good == 10);
    postgresql::connection db{{backend.database.url()}};
    const auto steps = sql::built_in_migrations(sql::dialect::postgresql);
    CHECK(sql::inspect(db, steps).value().applied == steps.size());
}

// A database made with another order of letters than that of bytes.
TEST_CASE("storage postgresql: ids compare by bytes, whatever the database's language",
          "[storage][postgresql]") {
    on_postgresql backend;
    auto& server = test::postgres_server::instance();
    server.run("CREATE DATABASE t_icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'");
    postgresql_options options;
    options.url = server.url("t_icu");
    {
        const auto store = open_postgresql(options, test::quiet).value();
        REQUIRE(fill(*store));
        for (const char* id : {"a", "B", "_", "C"})
            REQUIRE(put(*store, {add_server{test::server("team_a", "ia_a", id, 50), 10}}));
        std::vector<std::string> seen;
        for (const auto& row :
             run_sync(store->list_servers("team_a", "ia_a", {3, test::at(50), "b"})).value())
            seen.push_back(row.id);
        CHECK(seen == std::vector<std::string>{"a", "_", "C"});
    }
    server.run("DROP DATABASE t_icu WITH (FORCE)");
}

TEST_CASE("storage postgresql: text that it cannot hold is refused, and found nowhere",
          "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (const std::string& text :
         {std::string("a\0b", 3), std::string("\xff\xfe"), std::string("\xed\xa0\x80")}) {
        auto server = test::server("team_a", "ia_a", "mcp_x");
        server.name = text;
        const auto refused = put(*store, {add_server{server, 10}});
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "invalid_text");
        const auto found = run_sync(store->find_account("team_a", text));
        REQUIRE(found.has_value());
        CHECK_FALSE(found->has_value());
    }
    CHECK(put(*store, {add_server{test::server("team_a", "ia_a", "mcp_x"), 10}}));
}

TEST_CASE("storage postgresql: instances share the database, a copy wants it alone",
          "[storage][postgresql]") {
    on_postgresql backend;
    postgresql::connection copy{{backend.database.url()}};
    {
        const auto one = backend.open();
        const auto two = backend.open();
        CHECK_FALSE(postgresql::claim_alone(copy));
    }
    CHECK(postgresql::claim_alone(copy));
    postgresql_options options;
    options.url = backend.database.url();
    const auto refused = open_postgresql(options, test::quiet);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "store_open_failed");
    // A session that ends holds its locks a little longer: the store tries again.
    postgresql::connection watch{{backend.database.url()}};
    bool opened = false;
    std::thread starting{[&] { opened = open_postgresql(options, test::quiet).has_value(); }};
    CHECK(test::eventually([&] {
        sql::query rows{watch,
                        "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query "
                        "LIKE '%try_advisory_lock_shared(7305, 2)%'"};
        return rows.next();
    }));
    copy.script("SELECT pg_advisory_unlock(7305, 2)");
    starting.join();
    CHECK(opened);
}

TEST_CASE("storage postgresql: a URL that is not ours to use is refused without its password",
          "[storage][postgresql]") {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"mysql://u:hidden@h/d", "postgresql://"},
        {"postgresql://u:hidden@h/d?sslmod=require", "sslmode"},
        {"postgresql://u:hidden@h/d?sslmode=allow", "verify-full"},
        {"postgresql://u:hidden@h/d?sslmode=verify-ca&sslrootcert=/no/such/file", "sslrootcert"},
        {"postgresql://u:hidden@h/d?options=-csynchronous_commit%3Doff", "options"},
        {"postgresql://u:hid?den@h/d", "%XX"},
        {"postgresql://u:hidden@[::1/d", "%XX"},
        {"postgresql://u:hid%zzden@h/d", "%XX"},
    };
    for (const auto& [url, told] : wrong) {
        const auto refused = check_postgresql_url(url);
        INFO(url);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "bad_database_url");
        CHECK(refused.error().message.find(told) != std::string::npos);
        CHECK(refused.error().message.find("hid") == std::string::npos);
    }
    CHECK(
        check_postgresql_url("postgresql://u:p%40@h1:5432,h2:5433/d?sslmode=require&"
                             "target_session_attrs=read-write"));
    CHECK(check_postgresql_url("postgres:///d?host=/run/postgresql&application_name=a"));
}

TEST_CASE("storage postgresql: a receipt that is begun anew during the removal stays",
          "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    postgresql::connection other{{backend.database.url()}};
    other.script(
        "INSERT INTO receipts (id, team_id, account_id, server_id, tool, connected_account, "
        "operation_key, request_digest, argument_digests, state, attempts, sent_by, created_at, "
        "sent_at, finished_at, status, error_code, object, object_id, request_id, currency, "
        "key_id, wrapped_key, request) VALUES ('rcp_1', 'team_a', 'ia_a', 'mcp_a', 't', '', 'k', "
        "decode(repeat('00', 32), 'hex'), '{}', 'failed', 1, '', 1, 1, 2, 402, '', '', '', '', "
        "'', '', '', '')");
    other.script(
        "BEGIN; UPDATE receipts SET state = 'intended', resolve_at = 9, finished_at = NULL");
    const auto removed = std::make_shared<std::int64_t>(-1);
    base::result<> outcome;
    std::thread removal{
        [&] { outcome = put(*store, {remove_receipts{"team_a", 400, test::at(0), removed}}); }};
    // Until the removal waits for the row.
    postgresql::connection watch{{backend.database.url()}};
    CHECK(test::eventually([&] {
        sql::query waits{watch,
                         "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND "
                         "wait_event_type = 'Lock' AND query LIKE 'DELETE FROM receipts%'"};
        return waits.next();
    }));
    other.script("COMMIT");
    removal.join();
    CHECK(outcome.has_value());
    CHECK(*removed == 0);
    CHECK(run_sync(store->find_receipt("team_a", "rcp_1")).value().has_value());
}

}  // namespace postgresql_test
