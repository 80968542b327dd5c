// Tells the instances on one store about each other's changes, and determines when every instance
// has applied a change. The change log in the record store is authoritative; a bell only makes
// other instances read it sooner. The reasoning is in docs/adr/0019-change-log.md.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/changes/change_memory.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/rules/cache_lease.hpp"

namespace tollgate::tenancy {

struct feed_rules {
    bool log = false;                                  // whether changes are logged
    bool shared = false;                               // other instances use the store
    std::chrono::milliseconds beat{300};               // between two reads of the log
    std::chrono::milliseconds beat_while_awaited{25};  // the same while a caller awaits settled()
    std::chrono::milliseconds lease{1'200};            // from the beginning of a read
    std::chrono::milliseconds settle{
        1'300};  // longest wait for other instances: their leases have ended by then
    std::chrono::milliseconds row_every{2'000};  // an instance writes its row at least this often
    std::chrono::milliseconds row_lifetime{
        6'000};  // and trusts no cache if it has not done so for this long
    std::chrono::milliseconds remove_after{10'000};  // a row unchanged for this long is removed
    std::chrono::milliseconds trim_every{60'000};
    std::chrono::minutes log_kept{15};
    std::size_t page = 500;
    std::size_t remembered = 100'000;  // subjects
};

// Port: makes other instances read the log now. A lost signal only delays them.
class change_signal {
public:
    virtual ~change_signal() = default;
    // Called on the feed's loop; must not block.
    virtual void raise() noexcept = 0;
};

// Port: measurements. Called on any loop; must not block.
class feed_watch {
public:
    virtual ~feed_watch() = default;
    // A change took `took` to reach every instance. `answered`: all instances confirmed it;
    // otherwise the wait ended because the leases had ended.
    virtual void change_settled(std::chrono::milliseconds took, bool answered) noexcept = 0;
    // How many instances use the store, this one included.
    virtual void instances_seen(std::size_t count) noexcept = 0;
};

// Thread-safe, except where said otherwise.
class change_feed {
public:
    using entry_handler = std::function<void(const storage::logged_change&)>;

    // `env` and its lease outlive this object.
    change_feed(const environment& env, feed_rules rules);

    // Call before run(). `apply` is called on the feed's loop with each entry of another instance,
    // in order; an entry of kind unknown stands for all missed entries.
    void apply_with(entry_handler apply) { apply_ = std::move(apply); }
    // Call before run(). `forget` is called likewise with each entry of this instance. The instance
    // dropped its cached values when it made the change, but until it reads the entry here, older
    // shared copies still count as current, so it may have cached one of them again.
    void forget_with(entry_handler forget) { forget_ = std::move(forget); }
    // Called after `forget`, for other parts that need the entry.
    void own_with(entry_handler own) { own_ = std::move(own); }
    void use(change_signal& signal) { signal_ = &signal; }
    void observe(feed_watch& watch) { watch_ = &watch; }

    // A change in progress. Empty if changes are not logged.
    using announced = std::shared_ptr<std::int64_t>;

    // Adds the log entry to a list of changes that will be committed.
    announced announce(std::vector<storage::change>& changes, storage::logged_kind kind,
                       std::vector<std::string> subjects) const;

    // Await this after the commit and before acknowledging the change. Returns when no instance
    // uses the old value any more, at the latest after rules.settle.
    base::awaitable<> settled(announced change);

    // The id of this instance in the log; empty if changes are not logged.
    const std::string& origin() const { return origin_; }

    // Makes the feed read the log soon, because another instance has signalled a change.
    void look() { wake(signal_others::no); }
    // Makes this feed and the other instances read the log soon, because this instance has logged a
    // change.
    void notify_instances() { wake(signal_others::yes); }

    // The place to record with copies of records read from now on; nullopt while there is no valid
    // lease or no place is known.
    std::optional<log_place> here() const;
    // True if a copy made at `place` may be used now: see change_memory::current().
    bool current(const log_place& place, std::initializer_list<std::string_view> subjects) const {
        return env_.lease->holds() && memory_.current(place, subjects);
    }

    // Reads the log until stop(). Runs on the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, which removes this instance from the list. Call on its executor's thread.
    void stop();

private:
    enum class signal_others : std::uint8_t { no, yes };
    struct waiter;
    struct seen_instance {
        std::int64_t beats = 0;
        std::int64_t since_ms = 0;
    };

    void wake(signal_others others);
    base::awaitable<> beat();
    base::awaitable<base::result<>> read_on();
    base::awaitable<base::result<>> find_place(storage::log_page page);
    void take(const storage::log_page& page);
    bool fits(const storage::log_page& page) const;
    base::awaitable<base::result<>> write_row();
    base::awaitable<> check_instances();
    base::awaitable<> remove_dead(const std::vector<storage::instance_row>& rows);
    base::awaitable<> trim();
    base::awaitable<> pause();
    void wake_waiters(std::int64_t everywhere);
    bool is_awaited() const;
    bool ok(const base::result<>& outcome);

    const environment& env_;
    const feed_rules rules_;
    const std::string origin_;
    entry_handler apply_ = [](const storage::logged_change&) {};
    entry_handler forget_ = [](const storage::logged_change&) {};
    entry_handler own_ = apply_;
    change_signal* signal_ = nullptr;
    feed_watch* watch_ = nullptr;
    change_memory memory_;

    // Used on the feed's loop only.
    std::string epoch_;
    std::int64_t applied_ = 0;
    bool foreign_ = false;  // applied entries of other instances since the row was written
    std::int64_t row_written_ms_ = 0;
    std::int64_t row_seen_ = -1;
    std::int64_t next_look_ms_ = 0;
    std::int64_t next_trim_ms_ = 0;
    std::map<std::string, seen_instance> others_;
    bool stopping_ = false;
    bool again_ = false;
    bool troubled_ = false;
    base::timestamp started_at_;

    mutable std::mutex mutex_;
    std::list<std::shared_ptr<waiter>> waiting_;
    std::optional<base::executor> where_;  // set while run() runs
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
