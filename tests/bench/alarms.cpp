// How late alarms are, and what they cost, on the real record store and the real scheduler:
//   alarm_bench sqlite|postgresql COUNT:SPREAD_MS …
// makes COUNT MCP servers with a token each, whose expiry lies within SPREAD_MS (0: the same
// millisecond), and prints how late each purge was. Nothing waits for a real expiry: the clock of
// the run is set to two seconds before it.
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "storage/changes/accounts.hpp"
#include "storage/changes/teams.hpp"
#include "storage/postgresql.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite/database.hpp"
#include "tenancy/registry.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tool_directory.hpp"
#include "tests/unit/storage/rows.hpp"

using namespace tollgate;
using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::run_sync;

namespace {

constexpr seconds idle_time{5};
constexpr seconds timeout{900};

base::null_logger quiet;

// The machine's clock, set to another day.
class shifted_clock final : public base::clock {
public:
    base::timestamp now() const override { return machine_.now() + milliseconds{ahead_ms_.load()}; }
    void set(base::timestamp to) { ahead_ms_ = (to - machine_.now()).count(); }

private:
    base::system_clock machine_;
    std::atomic<std::int64_t> ahead_ms_{0};
};

class lateness final : public tenancy::alarm_watch {
public:
    explicit lateness(std::size_t expected) { late_.reserve(expected); }
    void alarm_fired(storage::alarm_kind, milliseconds late) noexcept override {
        late_.push_back(late.count());
        fired = late_.size();
    }
    void alarm_retried(storage::alarm_kind) noexcept override { ++retried; }
    void rows_counted(const storage::store_counts&) noexcept override {}

    // Call when the scheduler has ended. `part` from 0 to 1.
    std::int64_t percentile(double part) {
        std::sort(late_.begin(), late_.end());
        const auto last = static_cast<double>(late_.size() - 1);
        return late_.at(static_cast<std::size_t>(last * part));
    }
    std::atomic<std::size_t> fired{0};
    std::atomic<int> retried{0};

private:
    std::vector<std::int64_t> late_;
};

struct row {
    int count = 0;
    int spread_ms = 0;
};

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

double resident_mib() {
    ::malloc_trim(0);
    std::ifstream file{"/proc/self/statm"};
    long total = 0;
    long resident = 0;
    file >> total >> resident;
    return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

// The random parts of a row, in each dialect.
struct random_sql {
    std::string_view id;      // 24 characters
    std::string_view digest;  // 32 bytes
};
constexpr random_sql on_sqlite{"hex(randomblob(12))", "randomblob(32)"};
constexpr random_sql on_postgresql{"substr(md5(random()::text), 1, 24)",
                                   "decode(md5(random()::text) || md5(random()::text), 'hex')"};

// A fresh database for each row.
class database {
public:
    explicit database(bool postgresql) {
        if (postgresql) {
            remote_.emplace();
            storage::postgresql_options options;
            options.url = remote_->url();
            store_ = storage::open_postgresql(options, quiet).value();
            return;
        }
        storage::sqlite_options options;
        options.file = dir_.file("t.db");
        store_ = storage::open_sqlite(options, quiet).value();
    }

    storage::record_store& store() { return *store_; }

    // Makes the servers, each with a token and an alarm.
    void seed(int count, int spread_ms, base::timestamp due) {
        std::vector<storage::change> changes{
            storage::add_team{test::team("team_a")},
            storage::add_account{test::account("team_a", "ia"), 1}};
        const auto stored = run_sync(store_->commit(std::move(changes)));
        if (!stored) throw std::runtime_error(stored.error().message);
        const auto side = connect();
        const random_sql& made = remote_ ? on_postgresql : on_sqlite;
        const std::string due_ms = std::to_string(base::to_unix_ms(due));
        side->begin();
        side->script("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                     std::to_string(count - 1) +
                     ") INSERT INTO mcp_servers (id, team_id, account_id, name, config, "
                     "expires_at, token_prefix, created_by, created_at, updated_at, version) "
                     "SELECT 'mcp_' || " +
                     std::string{made.id} + ", 'team_a', 'ia', 'Server', '{}', " + due_ms +
                     " + i * " + std::to_string(spread_ms) + " / " + std::to_string(count) +
                     ", 'tgm_abcd', 'key_1', i, i, 1 FROM n");
        side->script(
            "INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at) "
            "SELECT " +
            std::string{made.digest} + ", 'p1', team_id, id, created_at FROM mcp_servers");
        side->script(
            "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) SELECT team_id, id, "
            "'server_expiry', expires_at, expires_at FROM mcp_servers");
        side->script("COMMIT");
        // As the housekeeping of a grown database would have left it.
        side->script(remote_ ? "ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    // What a purge should have left nothing of.
    std::int64_t unpurged() {
        const auto side = connect();
        storage::sql::query rows{*side,
                                 "SELECT (SELECT count(*) FROM mcp_tokens) + (SELECT count(*) FROM "
                                 "alarms) + (SELECT count(*) FROM mcp_servers WHERE expired_at IS "
                                 "NULL OR version <> 2)"};
        return rows.next() ? rows.integer() : -1;
    }

private:
    // Beside the store's own.
    std::unique_ptr<storage::sql::session> connect() {
        if (remote_) {
            auto out = std::make_unique<storage::postgresql::connection>(
                storage::postgresql::connect_options{remote_->url()});
            out->allow(timeout);
            return out;
        }
        auto out = std::make_unique<storage::sqlite::database>(dir_.file("t.db"),
                                                               storage::sqlite::access::read_write);
        out->script("PRAGMA cache_size = -1000000");
        return out;
    }

    test::temp_dir dir_;
    std::optional<test::postgres_database> remote_;
    std::unique_ptr<storage::record_store> store_;
};

// The scheduler on a loop and a thread of its own.
class running {
public:
    explicit running(tenancy::alarms& due) : due_(due), loop_(test::new_loop()) {
        boost::asio::co_spawn(loop_, due_.run(), test::rethrow);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~running() {
        boost::asio::post(loop_, [this] { due_.stop(); });
        thread_.join();
    }
    running(const running&) = delete;
    running& operator=(const running&) = delete;

private:
    tenancy::alarms& due_;
    boost::asio::io_context& loop_;
    std::thread thread_;
};

bool measure(const row& what, bool postgresql) {
    database data{postgresql};
    const test::small_directory tools;
    shifted_clock clock;
    const auto due = clock.now() + std::chrono::hours{24};
    data.seed(what.count, what.spread_ms, due);

    tenancy::environment env{data.store(),
                             clock,
                             quiet,
                             tenancy::vault{tenancy::key_ring{}},
                             tenancy::token_hasher{tenancy::key_ring{}},
                             tools,
                             {}};
    tenancy::change_feed alone{env, {}};
    tenancy::api_keys keys{env, alone};
    tenancy::grants live_grants{env, keys};
    lateness late{static_cast<std::size_t>(what.count)};
    tenancy::alarms alarms{env, live_grants, alone};
    alarms.observe(late);

    double idle_cpu = 0;
    double armed_mib = 0;
    double work_cpu = 0;
    const auto count = static_cast<std::size_t>(what.count);
    {
        const running scheduler{alarms};
        std::this_thread::sleep_for(seconds{1});
        const double before = cpu_seconds();
        std::this_thread::sleep_for(idle_time);
        idle_cpu = cpu_seconds() - before;
        armed_mib = resident_mib();
        clock.set(due - seconds{2});
        const double start = cpu_seconds();
        const auto give_up = steady_clock::now() + timeout;
        while (late.fired < count && steady_clock::now() < give_up)
            std::this_thread::sleep_for(milliseconds{20});
        work_cpu = cpu_seconds() - start;
    }
    const bool whole = late.fired == count && data.unpurged() == 0;
    std::printf("%-10s %9d %9d %8ld %8ld %8ld %9.2f %9.2f %9.1f  %s\n",
                postgresql ? "postgresql" : "sqlite", what.count, what.spread_ms,
                late.percentile(0.5), late.percentile(0.99), late.percentile(1), work_cpu,
                100 * idle_cpu / duration<double>(idle_time).count(), armed_mib,
                whole ? "all done, each once" : "NOT ALL DONE ONCE");
    std::fflush(stdout);
    return whole;
}

std::optional<row> parse(std::string_view text) {
    row out;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const auto number = [](std::string_view digits, int& into) {
        const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), into);
        return done.ec == std::errc{} && done.ptr == digits.data() + digits.size();
    };
    if (!number(text.substr(0, colon), out.count) || out.count < 1) return {};
    if (!number(text.substr(colon + 1), out.spread_ms) || out.spread_ms < 0) return {};
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    std::vector<row> rows;
    for (const auto& word : words)
        if (const auto one = parse(word)) rows.push_back(*one);
    const bool known = !words.empty() && (words[0] == "sqlite" || words[0] == "postgresql");
    if (!known || rows.empty() || rows.size() + 1 != words.size()) {
        std::fprintf(stderr, "alarm_bench: alarm_bench sqlite|postgresql COUNT:SPREAD_MS …\n");
        return 2;
    }
    std::printf("%-10s %9s %9s %8s %8s %8s %9s %9s %9s\n", "store", "alarms", "within ms", "p50 ms",
                "p99 ms", "max ms", "CPU s", "armed CPU%", "RSS MiB");
    bool good = true;
    for (const row& what : rows) good = measure(what, words[0] == "postgresql") && good;
    return good ? 0 : 1;
}
