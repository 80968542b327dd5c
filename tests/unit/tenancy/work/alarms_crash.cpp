// kill -9 in the middle of a purge: nothing is lost, nothing is done twice.
#include <catch2/catch.hpp>

#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/unit/storage/rows.hpp"

namespace alarms_crash_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using test::run_sync;

namespace {

constexpr int all = 3000;

base::null_logger quiet;

std::unique_ptr<storage::record_store> open(const std::string& file) {
    storage::sqlite_options options;
    options.file = file;
    return storage::open_sqlite(options, quiet).value();
}

std::int64_t waiting(const std::string& file) {
    const auto store = open(file);
    return run_sync(store->count_rows()).value().alarms;
}

// The digest of the token of server `i`.
std::string digest_of(int i) {
    return std::string{base::as_view(base::sha256(std::to_string(i)))};
}

// Servers whose time is over, a token each.
void fill(storage::record_store& store) {
    std::vector<storage::change> changes{storage::add_team{test::team("team_a")},
                                         storage::add_account{test::account("team_a", "ia_a"), 1}};
    for (int i = 0; i < all; ++i) {
        const std::string id = "mcp_" + std::to_string(i);
        auto row = test::server("team_a", "ia_a", id);
        row.expires_at = base::from_unix_ms(1'000 + i % 7);
        changes.emplace_back(storage::add_server{row, all});
        changes.emplace_back(storage::add_token{
            storage::server_token_row{{"p1", digest_of(i)}, "team_a", id, test::at(0), {}}});
    }
    REQUIRE(run_sync(store.commit(std::move(changes))).has_value());
}

// Small batches, so that a kill meets many of them; a long lease, so that the next run finishes
// only because it ends the claims of the dead.
alarm_rules fast() {
    alarm_rules rules;
    rules.batch = 20;
    rules.lease = std::chrono::hours{1};
    rules.look_every = milliseconds{10};
    return rules;
}

// Says every alarm that it did, one character each.
struct recording_watch final : alarm_watch {
    explicit recording_watch(int pipe) : out(pipe) {}
    void alarm_fired(storage::alarm_kind, milliseconds) noexcept override {
        if (::write(out, "x", 1) != 1) ::_exit(3);
    }
    void alarm_retried(storage::alarm_kind) noexcept override {}
    void rows_counted(const storage::store_counts&) noexcept override {}
    int out;
};

[[noreturn]] void purge_until_killed(const std::string& file, int out) {
    const auto store = open(file);
    const base::system_clock clock;
    test::small_directory tools;
    const environment env{*store,
                          clock,
                          quiet,
                          vault{key_ring::parse(test::master_key_text, "").value()},
                          token_hasher{key_ring::parse(test::pepper_text, "").value()},
                          tools,
                          {}};
    change_feed alone{env, {}};
    api_keys keys{env, alone};
    grants live_grants{env, keys};
    alarms due{env, live_grants, alone, fast()};
    recording_watch watch{out};
    due.observe(watch);
    run_sync(due.run());
    ::_exit(4);
}

// Starts a purge and kills it when `enough` alarms were told to be done; how many were.
int purge_and_kill(const std::string& file, int enough) {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(pipe_ends[0]);
        purge_until_killed(file, pipe_ends[1]);
    }
    ::close(pipe_ends[1]);
    int told = 0;
    char buffer[256];
    for (;;) {
        const ssize_t count = ::read(pipe_ends[0], buffer, sizeof buffer);
        if (count <= 0) break;
        told += static_cast<int>(count);
        if (told >= enough) ::kill(child, SIGKILL);
    }
    ::close(pipe_ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    return told;
}

}  // namespace

TEST_CASE("tenancy alarms: a purge that is killed over and over loses none and does none twice",
          "[tenancy][alarms][crash]") {
    const test::temp_dir dir;
    const std::string file = dir.file("t.db");
    {
        const auto store = open(file);
        fill(*store);
    }
    int told = 0;
    for (const int enough : {1, 20, 21, 300, 700}) told += purge_and_kill(file, enough);
    const auto left = waiting(file);
    CHECK(left > 0);            // the kills were in the middle
    CHECK(left <= all - told);  // what was told to be done is
    purge_and_kill(file, static_cast<int>(left));
    const auto store = open(file);
    CHECK(run_sync(store->count_rows()).value().alarms == 0);
    int wrong = 0;
    for (int i = 0; i < all; ++i) {
        const auto row =
            run_sync(store->find_server("team_a", "ia_a", "mcp_" + std::to_string(i))).value();
        const bool token = run_sync(store->find_grant({{"p1", digest_of(i)}})).value().has_value();
        if (!row || !row->expired_at || row->version != 2 || token) ++wrong;
    }
    CHECK(wrong == 0);
}

}  // namespace alarms_crash_test
