// Due-time jobs: the expiry of MCP servers, and the end of old tokens. The due list is in the
// record store; this scheduler processes it.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/changes/alarms.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// "server_expiry", "token_expiry".
std::string_view to_string(storage::alarm_kind kind);
constexpr std::size_t alarm_kinds = 2;

// Port: measurements. Called on the scheduler's loop; must not block.
class alarm_watch {
public:
    virtual ~alarm_watch() = default;
    // An alarm was completed `late` after it was due: its effect is durable, and the listeners have
    // been notified.
    virtual void alarm_fired(storage::alarm_kind kind, std::chrono::milliseconds late) noexcept = 0;
    // An alarm failed and will be tried again.
    virtual void alarm_retried(storage::alarm_kind kind) noexcept = 0;
    // The rows in the store; called every minute.
    virtual void rows_counted(const storage::store_counts& counts) noexcept = 0;
};

struct alarm_rules {
    bool shared = false;       // other instances process the list: their claims may be valid
    std::int64_t batch = 500;  // alarms in one transaction
    std::chrono::milliseconds lease{30'000};      // after this, another instance may claim them
    std::chrono::milliseconds others_pause{20};   // while another instance has claimed what is due
    std::chrono::milliseconds look_every{1'000};  // the longest sleep
    std::chrono::milliseconds sweep_every{60'000};  // between sweeps, which also count the rows
    std::chrono::milliseconds retry_first{2'000};   // doubled after each failure
    std::chrono::milliseconds retry_longest{30'000};
};

// The pause after `failures` (at least 1) failed attempts: retry_first, doubled after each failure
// up to retry_longest, and lengthened by up to half of it; `part`, 0 to 1, is the random share of
// that half.
std::chrono::milliseconds retry_pause(const alarm_rules& rules, std::int64_t failures, double part);

// Processes the due list: claims due alarms in batches, makes their effects durable and removes
// them in one transaction, then drops cached grants and notifies the listeners. Delivery is at
// least once: after a crash in between, the alarms are claimed again when their lease ends, and
// every effect may safely be repeated. Several instances may share a list.
class alarms {
public:
    // The references live as long as this object.
    alarms(const environment& env, grants& live_grants, change_feed& changes,
           alarm_rules rules = {})
        : env_(env), grants_(live_grants), changes_(changes), rules_(rules) {}

    // Reports to `watch`, which outlives this object. Call before run().
    void observe(alarm_watch& watch) { watch_ = &watch; }

    // Call this after writing an alarm that is due at `due`. Thread-safe.
    void armed(base::timestamp due);

    // Performs everything that is due now; returns the number of alarms claimed. Only one call may
    // run at a time.
    base::awaitable<std::size_t> work_off();

    // Processes alarms and waits, alternately, until stop(). Runs on the caller's executor; start
    // it once.
    base::awaitable<> run();
    // Ends run() soon, after the current batch. Call on its executor's thread.
    void stop();

private:
    struct claimed {
        std::string id;
        base::timestamp now;
        base::timestamp until;
        std::shared_ptr<std::vector<storage::alarm_row>> alarms;
    };

    claimed new_claim() const;
    base::awaitable<base::result<claimed>> take();
    base::awaitable<base::result<claimed>> fire_and_take(const claimed& batch);
    void report(const claimed& batch, const storage::fired_alarms& done);
    base::awaitable<> give_back(const claimed& batch, const base::failure& why);
    base::awaitable<> release_claims();
    base::awaitable<> sweep();
    base::awaitable<base::timestamp> look();
    base::awaitable<> sleep_until(base::timestamp wanted);
    void failed(const base::failure& why);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    const alarm_rules rules_;
    alarm_watch* watch_ = nullptr;
    std::int64_t failures_ = 0;  // consecutive failures of the store
    base::timestamp not_before_{};
    base::timestamp next_sweep_{};
    bool stopping_ = false;

    std::mutex mutex_;
    base::timestamp earliest_armed_ = base::timestamp::max();  // the earliest of armed() since the
                                                               // last look()
    base::timestamp planned_ = base::timestamp::min();         // when the current sleep ends
    std::optional<base::executor> where_;                      // set while run() runs
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
