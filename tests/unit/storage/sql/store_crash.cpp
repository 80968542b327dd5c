// kill -9 in the middle of writing: every row that was acknowledged is there afterwards.

#include <catch2/catch.hpp>

#include <signal.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/teams.hpp"
#include "storage/sqlite.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/storage/rows.hpp"

namespace crash_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::run_sync;

namespace {

base::null_logger quiet;

std::unique_ptr<record_store> open(const std::string& file) {
    sqlite_options options;
    options.file = file;
    return open_sqlite(options, quiet).value();
}

constexpr int writers = 16;

// Writes rows for ever, and says the number of each one after its commit was acknowledged.
base::awaitable<> write_rows(record_store& store, int first, int out) {
    for (int i = first;; i += writers) {
        std::vector<change> changes{
            add_server{test::server("team_a", "ia_a", "mcp_" + std::to_string(i)), 1'000'000}};
        const auto stored = co_await store.commit(std::move(changes));
        if (!stored) ::_exit(2);
        const std::string line = std::to_string(i) + "\n";
        if (::write(out, line.data(), line.size()) < 0) ::_exit(3);
    }
}

// The child: many writers, so that transactions hold several batches.
[[noreturn]] void write_until_killed(const std::string& file, int out) {
    const auto store = open(file);
    boost::asio::io_context& loop = test::new_loop();
    for (int i = 0; i < writers; ++i)
        boost::asio::co_spawn(loop, write_rows(*store, i, out), test::rethrow);
    loop.run();
    ::_exit(4);
}

// The numbers that the child acknowledged: reads until `enough` lines came, kills it, and takes the
// rest of the pipe.
std::vector<std::string> acknowledged_before_kill(pid_t child, int in, int enough) {
    std::string text;
    char buffer[4096];
    bool killed = false;
    for (;;) {
        const ssize_t count = ::read(in, buffer, sizeof buffer);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
        if (!killed && std::count(text.begin(), text.end(), '\n') >= enough) {
            ::kill(child, SIGKILL);
            killed = true;
        }
    }
    std::vector<std::string> numbers;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) numbers.push_back(line);
    return numbers;
}

}  // namespace

TEST_CASE("storage crash: what was acknowledged survives kill -9", "[storage][crash]") {
    for (const int enough : {1, 40, 600}) {
        const test::temp_dir dir;
        const std::string file = dir.file("t.db");
        {
            const auto store = open(file);
            std::vector<change> changes{add_team{test::team("team_a")},
                                        add_account{test::account("team_a", "ia_a"), 10}};
            REQUIRE(run_sync(store->commit(std::move(changes))));
        }
        int pipe_ends[2];
        REQUIRE(::pipe(pipe_ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(pipe_ends[0]);
            write_until_killed(file, pipe_ends[1]);
        }
        ::close(pipe_ends[1]);
        const auto acknowledged = acknowledged_before_kill(child, pipe_ends[0], enough);
        ::close(pipe_ends[0]);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        REQUIRE(acknowledged.size() >= static_cast<std::size_t>(enough));

        const auto store = open(file);  // the lock went with the process
        for (const std::string& number : acknowledged)
            REQUIRE(run_sync(store->find_server("team_a", "ia_a", "mcp_" + number)).value());
        // at most those whose acknowledgement was on its way are there besides
        CHECK(run_sync(store->server_ids("team_a", "ia_a")).value().size() <=
              acknowledged.size() + writers);
    }
}

}  // namespace crash_test
