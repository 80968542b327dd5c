// A PostgreSQL that is killed, stopped, silent or not there.

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/postgresql/pool.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/storage/backends.hpp"

namespace postgresql_away_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::eventually;
using test::fill;
using test::put;
using test::run_sync;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

using test::on_postgresql;

steady_clock::duration time_of(const std::function<void()>& work) {
    const auto start = steady_clock::now();
    work();
    return steady_clock::now() - start;
}

std::string code_of(const base::result<>& done) {
    return done ? "done" : done.error().code;
}

}  // namespace

TEST_CASE("storage postgresql: the delay between attempts doubles up to three seconds",
          "[storage][postgresql]") {
    postgresql::retry_delay delay;
    for (const int most : {100, 200, 400, 800, 1600, 3000, 3000, 3000})
        CHECK(delay.next(1) == std::chrono::milliseconds{most});
    delay.reset();
    CHECK(delay.next(0) == 50ms);
    CHECK(delay.next(0.5) == 150ms);
}

TEST_CASE("storage postgresql: connections that died while idle are not noticed",
          "[storage][postgresql]") {
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (int i = 0; i < 3; ++i) {
        test::postgres_server::instance().run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
            "'tollgate' AND pid <> pg_backend_pid()");
        if (i % 2 == 0) {
            CHECK(run_sync(store->find_team("team_a")).value());
            CHECK(put(*store, {put_setting{"a", "b"}}));
        } else {
            CHECK(put(*store, {put_setting{"a", "b"}}));
            CHECK(run_sync(store->find_team("team_a")).value());
        }
        CHECK(store->available());
    }
}

TEST_CASE("storage postgresql: calls fail at once when it is killed, and work when it is back",
          "[storage][postgresql]") {
    auto& server = test::postgres_server::instance();
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    server.kill();
    const auto first = run_sync(store->find_team("team_a"));
    REQUIRE(first.has_error());
    CHECK(first.error().kind == base::errc::unavailable);
    CHECK_FALSE(store->available());
    const auto spent = time_of([&] {
        for (int i = 0; i < 20; ++i) {
            CHECK(run_sync(store->find_team("team_a")).has_error());
            CHECK(code_of(put(*store, {put_setting{"a", "b"}})) == "store_unavailable");
        }
    });
    CHECK(spent < 500ms);
    server.restart();
    REQUIRE(eventually([&] { return store->available(); }));
    CHECK(run_sync(store->find_team("team_a")).value());
    CHECK(put(*store, {put_setting{"a", "b"}}));
}

// Whatever was acknowledged is there; what was not told as done may be there or not.
TEST_CASE("storage postgresql: killed in the middle of writing, it loses nothing acknowledged",
          "[storage][postgresql]") {
    auto& server = test::postgres_server::instance();
    on_postgresql backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    std::atomic<bool> stop{false};
    std::array<std::vector<std::string>, 4> acknowledged;
    std::atomic<int> written{0};
    std::atomic<int> strange{0};
    // More rows are acknowledged than now.
    const auto answers_again = [&] {
        const int before = written;
        return eventually([&] { return written > before + 50; });
    };
    std::vector<std::thread> writers;
    for (std::size_t w = 0; w < acknowledged.size(); ++w)
        writers.emplace_back([&, w] {
            for (int i = 0; !stop; ++i) {
                const std::string id = "mcp_" + std::to_string(w) + "_" + std::to_string(i);
                const auto done =
                    put(*store, {add_server{test::server("team_a", "ia_a", id), 1'000'000}});
                if (done) {
                    acknowledged[w].push_back(id);
                    ++written;
                } else if (done.error().kind != base::errc::unavailable) {
                    ++strange;
                } else {
                    eventually([&] { return stop || store->available(); });
                }
            }
        });
    for (int round = 0; round < 2; ++round) {
        CHECK(answers_again());
        server.kill();
        CHECK(eventually([&] { return !store->available(); }));
        server.restart();
        CHECK(eventually([&] { return store->available(); }));
    }
    CHECK(answers_again());
    stop = true;
    for (auto& one : writers) one.join();
    CHECK(strange == 0);
    std::size_t rows = 0;
    for (const auto& ids : acknowledged)
        for (const std::string& id : ids) {
            ++rows;
            REQUIRE(run_sync(store->find_server("team_a", "ia_a", id)).value());
        }
    CHECK(rows > 100);
}

TEST_CASE("storage postgresql: a server that hangs is given up after the deadline",
          "[storage][postgresql]") {
    auto& server = test::postgres_server::instance();
    on_postgresql backend;
    postgresql_options options;
    options.url = backend.database.url();
    options.statement_timeout = 300ms;
    options.connect_timeout = 2s;
    const auto store = open_postgresql(options, test::quiet).value();
    REQUIRE(fill(*store));
    server.pause();
    base::result<> write;
    std::thread writer{[&] { write = put(*store, {put_setting{"a", "b"}}); }};
    const auto spent = time_of([&] { CHECK(run_sync(store->find_team("team_a")).has_error()); });
    CHECK(spent < 5s);
    writer.join();
    CHECK(code_of(write) == "store_unavailable");
    CHECK_FALSE(store->available());
    CHECK(time_of([&] { CHECK(run_sync(store->find_team("team_a")).has_error()); }) < 200ms);
    server.resume();
    REQUIRE(eventually([&] { return store->available(); }, 15s));
    CHECK(put(*store, {put_setting{"a", "b"}}));
}

TEST_CASE("storage postgresql: what waits is bounded", "[storage][postgresql]") {
    auto& server = test::postgres_server::instance();
    on_postgresql backend;
    postgresql_options options;
    options.url = backend.database.url();
    options.statement_timeout = 300ms;
    options.read_connections = 1;
    options.read_queue_limit = 2;
    const auto store = open_postgresql(options, test::quiet).value();
    REQUIRE(fill(*store));
    server.pause();
    std::atomic<int> busy{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 8; ++i)
        readers.emplace_back([&] {
            const auto done = run_sync(store->find_team("team_a"));
            if (done.has_error() && done.error().code == "store_busy") ++busy;
        });
    for (auto& one : readers) one.join();
    server.resume();
    CHECK(busy >= 5);
    REQUIRE(eventually([&] { return store->available(); }, 15s));
}

TEST_CASE("storage postgresql: a start without a database waits, then says so",
          "[storage][postgresql]") {
    postgresql_options options;
    options.url = "postgresql://u:hidden@127.0.0.1:1/d";
    options.start_wait = 1s;
    const auto spent = time_of([&] {
        const auto opened = open_postgresql(options, test::quiet);
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == "store_open_failed");
        CHECK(opened.error().message.find("127.0.0.1") != std::string::npos);
        CHECK(opened.error().message.find("hidden") == std::string::npos);
    });
    CHECK(spent >= 1s);
    CHECK(spent < 4s);
}

TEST_CASE("storage postgresql: a refused login or a missing database is told at once",
          "[storage][postgresql]") {
    auto& server = test::postgres_server::instance();
    std::string wrong_password = server.url("postgres");
    wrong_password.replace(wrong_password.find(":p%25"), 5, ":hidden");
    for (const std::string& url : {wrong_password, server.url("no_such_database"),
                                   server.url("postgres") + "?sslmode=require"}) {
        postgresql_options options;
        options.url = url;
        const auto spent = time_of([&] {
            const auto opened = open_postgresql(options, test::quiet);
            REQUIRE(opened.has_error());
            CHECK(opened.error().message.find("refuses") != std::string::npos);
            CHECK(opened.error().message.find("hidden") == std::string::npos);
        });
        CHECK(spent < 2s);
    }
}

}  // namespace postgresql_away_test
