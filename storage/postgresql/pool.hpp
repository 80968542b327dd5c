// Connections shared by threads, and a watch on whether the database answers.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "storage/postgresql/connection.hpp"

namespace tollgate::storage::postgresql {

// The time between attempts to reach an unavailable database: doubled from 100 ms to 3 s.
class retry_delay {
public:
    // The next delay: half of it fixed, and a random `part` (0 to 1) of the other half, so that
    // instances do not retry together.
    std::chrono::milliseconds next(double part);
    void reset() { attempt_ = 0; }

private:
    unsigned attempt_ = 0;
};

// Watches the database with its own connection and thread: checks it every few seconds and after a
// lost connection, and tries to reconnect while it is unavailable. The connection holds the shared
// advisory lock that marks the database as in use. Thread-safe.
class keeper {
public:
    // Takes ownership of a fresh connection. `log` must outlive the keeper.
    keeper(connection first, const connect_options& options, base::logger& log);
    ~keeper();
    keeper(const keeper&) = delete;
    keeper& operator=(const keeper&) = delete;

    bool available() const { return !away_; }
    // Changes with every loss. Connections made under an earlier epoch must not be used.
    std::uint64_t epoch() const { return epoch_; }

    // Reports that one connection broke. The keeper checks the database soon.
    void connection_lost();
    // Reports that the database cannot be reached: calls fail at once until the keeper has reached
    // it.
    void database_away(const char* reason);

private:
    void run();
    bool watch_once();
    bool reach();
    // `wait`: the keeper already knows that the database is unavailable, so reports do not shorten
    // the delay.
    enum class on_report : std::uint8_t { look, wait };
    void pause(std::chrono::milliseconds at_most, on_report then);

    const connect_options options_;
    base::logger& log_;
    std::atomic<bool> away_{false};
    std::atomic<std::uint64_t> epoch_{0};
    std::optional<connection> own_;  // used on the keeper's thread only
    retry_delay delay_;              // used on the keeper's thread only
    std::mutex mutex_;
    std::condition_variable wake_;
    bool look_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

// Connections created on demand, at most one per thread that uses the pool. Thread-safe.
class pool {
public:
    // The keeper must outlive the pool.
    pool(const connect_options& options, keeper& watch) : options_(options), keeper_(watch) {}

    // Calls `use` with a connection for exclusive use. Rethrows what `use` throws; throws sql_error
    // (lost) at once while the database is unavailable.
    void lend(const std::function<void(connection&)>& use);

private:
    struct kept {
        connection db;
        std::uint64_t epoch = 0;
    };
    kept take();

    const connect_options options_;
    keeper& keeper_;
    std::mutex mutex_;
    std::vector<kept> idle_;
};

// Takes the lock that lets one session at a time migrate the schema; false if another session has
// it. Throws sql_error.
bool claim_migrations(connection& db);
void leave_migrations(connection& db);
// Takes the shared lock that marks the database as in use. Throws sql_error, also if a session
// holds the lock exclusively.
void mark_in_use(connection& db);
// True if any session holds that lock. Throws sql_error.
bool is_in_use(connection& db);
// Takes that lock exclusively; false if an instance uses the database. Throws sql_error.
bool claim_alone(connection& db);

// A random number from 0 to 1.
double random_part();

}  // namespace tollgate::storage::postgresql
