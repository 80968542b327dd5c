#include "storage/postgresql/pool.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "base/thread_name.hpp"

namespace tollgate::storage::postgresql {

using sql::fault_kind;
using sql::sql_error;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds look_every{3'000};
// A session that has just closed holds its locks a little longer.
constexpr milliseconds lock_release_wait{1'500};

}  // namespace

double random_part() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
}

milliseconds retry_delay::next(double part) {
    constexpr std::int64_t first = 100;
    constexpr std::int64_t most = 3'000;
    const std::int64_t whole = std::min(most, first << std::min(attempt_, 5U));
    ++attempt_;
    return milliseconds{whole / 2 +
                        static_cast<std::int64_t>(part * static_cast<double>(whole) / 2)};
}

// 7305 is our namespace for advisory locks; lock 1 is for migrations, 2 for use.
bool claim_migrations(connection& db) {
    sql::query rows{db, "SELECT 1 WHERE pg_try_advisory_lock(7305, 1)"};
    return rows.next();
}

void leave_migrations(connection& db) {
    db.script("SELECT pg_advisory_unlock(7305, 1)");
}

namespace {

// Takes a lock with `sql`, which returns a row if it got it. Waits: the server releases what a
// session held only moments after it has closed.
bool claim_lock(connection& db, std::string_view sql) {
    const auto until = std::chrono::steady_clock::now() + lock_release_wait;
    for (;;) {
        sql::query rows{db, sql};
        if (rows.next()) return true;
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(milliseconds{50});
    }
}

}  // namespace

void mark_in_use(connection& db) {
    if (!claim_lock(db, "SELECT 1 WHERE pg_try_advisory_lock_shared(7305, 2)"))
        throw sql_error(fault_kind::other, "a copy or a restore has the database for itself now");
}

bool is_in_use(connection& db) {
    sql::query rows{db,
                    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 7305 AND "
                    "objid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = "
                    "current_database())"};
    return rows.next();
}

bool claim_alone(connection& db) {
    return claim_lock(db, "SELECT 1 WHERE pg_try_advisory_lock(7305, 2)");
}

keeper::keeper(connection first, const connect_options& options, base::logger& log)
    : options_(options), log_(log), own_(std::move(first)), thread_([this] { run(); }) {}

keeper::~keeper() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void keeper::connection_lost() {
    ++epoch_;
    const std::lock_guard lock{mutex_};
    look_ = true;
    wake_.notify_all();
}

void keeper::database_away(const char* reason) {
    if (!away_.exchange(true)) log_.error("store_away", {{"reason", reason}});
    connection_lost();
}

void keeper::run() {
    base::name_this_thread("store-keeper");
    for (;;) {
        if (watch_once())
            pause(look_every, on_report::look);
        else
            pause(delay_.next(random_part()), on_report::wait);
        const std::lock_guard lock{mutex_};
        if (stopping_) return;
    }
}

// True if the database answered.
bool keeper::watch_once() {
    try {
        if (own_ && !away_) {
            own_->script("SELECT 1");
            return true;
        }
    } catch (const sql_error&) {
        ++epoch_;
    }
    own_.reset();
    return reach();
}

bool keeper::reach() {
    try {
        own_.emplace(options_);
        mark_in_use(*own_);
    } catch (const sql_error& fault) {
        own_.reset();
        if (!away_.exchange(true)) log_.error("store_away", {{"reason", fault.what()}});
        ++epoch_;
        return false;
    }
    delay_.reset();
    if (away_.exchange(false)) log_.info("store_back");
    return true;
}

// Returns early on stop, or when a new loss is reported: other users may notice before the keeper
// that the database is unavailable.
void keeper::pause(milliseconds at_most, on_report then) {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, at_most,
                   [this, then] { return stopping_ || (look_ && then == on_report::look); });
    look_ = false;
}

pool::kept pool::take() {
    if (!keeper_.available()) throw sql_error(fault_kind::lost, "the database is away");
    const std::uint64_t now = keeper_.epoch();
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(idle_, [now](const kept& one) { return one.epoch != now; });
        if (!idle_.empty()) {
            kept out = std::move(idle_.back());
            idle_.pop_back();
            return out;
        }
    }
    try {
        return {connection{options_}, now};
    } catch (const connect_error& fault) {
        // A database that refuses a new connection may still answer on existing ones.
        if (fault.why() == refusal::absent) keeper_.database_away(fault.what());
        throw;
    }
}

void pool::lend(const std::function<void(connection&)>& use) {
    kept one = take();
    const auto put_back = [&] {
        if (one.db.broken() || !one.db.idle()) return;
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(one));
    };
    try {
        use(one.db);
    } catch (const sql_error& fault) {
        if (fault.kind() == fault_kind::silent) keeper_.database_away(fault.what());
        if (fault.kind() == fault_kind::lost) keeper_.connection_lost();
        put_back();
        throw;
    }
    put_back();
}

}  // namespace tollgate::storage::postgresql
