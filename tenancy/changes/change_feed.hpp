// How instances on one store learn of each other's changes, and when a change is everywhere. The
// change log in the record store is the truth; a bell only makes others look sooner.
// docs/adr/0019-change-log.md says why this is right.
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
    bool log = false;                                  // changes are logged at all
    bool shared = false;                               // other instances use the store
    std::chrono::milliseconds beat{300};               // between two looks into the log
    std::chrono::milliseconds beat_while_awaited{25};  // the same while somebody waits
    std::chrono::milliseconds lease{1'200};            // from the beginning of a look
    std::chrono::milliseconds settle{1'300};     // the longest wait for others: their lease is over
    std::chrono::milliseconds row_every{2'000};  // an instance writes its row at least so often
    std::chrono::milliseconds row_lifetime{
        6'000};  // and trusts nothing when it did not for so long
    std::chrono::milliseconds remove_after{10'000};  // whose row stays as it is so long is removed
    std::chrono::milliseconds trim_every{60'000};
    std::chrono::minutes log_kept{15};
    std::size_t page = 500;
    std::size_t remembered = 100'000;  // subjects
};

// Port: makes other instances look into the log now. What is lost only makes them later.
class change_bell {
public:
    virtual ~change_bell() = default;
    // On the feed's loop; must not block.
    virtual void ring() noexcept = 0;
};

// Port: what is counted. On any loop; must not block.
class feed_watch {
public:
    virtual ~feed_watch() = default;
    // A change took `took` to be everywhere; `answered`: every instance said so, else somebody's
    // lease had to run out.
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

    // Before run(). `apply` is called on the feed's loop with each entry of another instance, in
    // order; an entry of kind unknown stands for all that was missed.
    void apply_with(entry_handler apply) { apply_ = std::move(apply); }
    // Likewise with each entry of this instance itself. It dropped what it had cached when it made
    // the change; until its entry is read here, shared copies of before count as current, so that
    // what was cached meanwhile may be one of them.
    void forget_with(entry_handler forget) { forget_ = std::move(forget); }
    // After that, for others who want to know.
    void own_with(entry_handler own) { own_ = std::move(own); }
    void use(change_bell& bell) { bell_ = &bell; }
    void observe(feed_watch& watch) { watch_ = &watch; }

    // A change that is being made. Empty when changes are not logged.
    using announced = std::shared_ptr<std::int64_t>;

    // Adds the entry to a list of changes that is to be committed.
    announced announce(std::vector<storage::change>& changes, storage::logged_kind kind,
                       std::vector<std::string> subjects) const;

    // To be awaited after the commit and before the change is acknowledged: returns when no
    // instance goes by what was before, at most rules.settle later.
    base::awaitable<> settled(announced change);

    // This instance in the log; empty when changes are not logged.
    const std::string& origin() const { return origin_; }

    // Makes the feed look soon: somebody rang.
    void look() { poke(ring::no); }
    // The same for others: this instance has logged something.
    void tell_others() { poke(ring::yes); }

    // Where copies are made of records that are read from now on; nothing while there is no
    // knowing.
    std::optional<log_place> here() const;
    // True when a copy made at `place` may be used now: see change_memory::current().
    bool current(const log_place& place, std::initializer_list<std::string_view> subjects) const {
        return env_.lease->holds() && memory_.current(place, subjects);
    }

    // Looks until stop(). On the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, which takes this instance out of the list. Call on its executor's thread.
    void stop();

private:
    enum class ring : std::uint8_t { no, yes };
    struct waiter;
    struct seen_instance {
        std::int64_t beats = 0;
        std::int64_t since_ms = 0;
    };

    void poke(ring others);
    base::awaitable<> beat();
    base::awaitable<base::result<>> read_on();
    base::awaitable<base::result<>> find_place(storage::log_page page);
    void take(const storage::log_page& page);
    bool fits(const storage::log_page& page) const;
    base::awaitable<base::result<>> write_row();
    base::awaitable<> look_at_others();
    base::awaitable<> remove_dead(const std::vector<storage::instance_row>& rows);
    base::awaitable<> trim();
    base::awaitable<> pause();
    void wake_waiters(std::int64_t everywhere);
    bool somebody_waits() const;
    bool ok(const base::result<>& outcome);

    const environment& env_;
    const feed_rules rules_;
    const std::string origin_;
    entry_handler apply_ = [](const storage::logged_change&) {};
    entry_handler forget_ = [](const storage::logged_change&) {};
    entry_handler own_ = apply_;
    change_bell* bell_ = nullptr;
    feed_watch* watch_ = nullptr;
    change_memory memory_;

    // Of the feed's loop.
    std::string epoch_;
    std::int64_t applied_ = 0;
    bool foreign_ = false;  // entries of others were applied since the row was written
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
    std::optional<base::executor> where_;  // while run() runs
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
