// Connections that threads share, and the knowledge whether the database answers.
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

// The time between two attempts to reach a database that is away: doubled from 100 ms to 3 s.
class retry_delay {
public:
    // The next one, of which `part` (0 to 1) of the upper half is taken, so that instances spread.
    std::chrono::milliseconds next(double part);
    void reset() { attempt_ = 0; }

private:
    unsigned attempt_ = 0;
};

// Watches the database with a connection and a thread of its own: asks it every few seconds and
// when told that a connection was lost; while it is away, tries to connect again. The connection
// holds the shared advisory lock that says "this database is in use". Thread-safe.
class keeper {
public:
    // Takes a fresh connection over. `log` must outlive the keeper.
    keeper(connection first, const connect_options& options, base::logger& log);
    ~keeper();
    keeper(const keeper&) = delete;
    keeper& operator=(const keeper&) = delete;

    bool available() const { return !away_; }
    // Changes with every loss: connections made before are not to be trusted.
    std::uint64_t epoch() const { return epoch_; }

    // A connection broke, though others may work. The keeper looks soon.
    void connection_lost();
    // The database cannot be reached: calls fail at once until the keeper has reached it.
    void database_away(const char* reason);

private:
    void run();
    bool watch_once();
    bool reach();
    // While the keeper itself finds the database away, reports tell nothing new: the delay stands.
    enum class on_report : std::uint8_t { look, wait };
    void pause(std::chrono::milliseconds at_most, on_report then);

    const connect_options options_;
    base::logger& log_;
    std::atomic<bool> away_{false};
    std::atomic<std::uint64_t> epoch_{0};
    std::optional<connection> own_;  // of the thread
    retry_delay delay_;              // of the thread
    std::mutex mutex_;
    std::condition_variable wake_;
    bool look_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

// Connections that are made when somebody needs one; as many as threads use the pool. Thread-safe.
class pool {
public:
    // The keeper must outlive the pool.
    pool(const connect_options& options, keeper& watch) : options_(options), keeper_(watch) {}

    // Calls `use` with a connection that nobody else uses. Throws what it throws, and sql_error
    // (lost) at once while the database is away.
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

// The lock under which one session at a time brings the schema up to date; false when another one
// has it. Throws sql_error.
bool claim_migrations(connection& db);
void leave_migrations(connection& db);
// Takes the lock that instances share while they use the database. Throws sql_error, also when a
// session has it alone.
void mark_in_use(connection& db);
// Whether any session has that lock. Throws sql_error.
bool is_in_use(connection& db);
// Takes it for this session alone; false when an instance uses the database. Throws sql_error.
bool claim_alone(connection& db);

// A number from 0 to 1, each time another.
double random_part();

}  // namespace tollgate::storage::postgresql
