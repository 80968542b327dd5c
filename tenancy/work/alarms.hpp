// What happens by itself when its time has come: the purge of expired MCP servers, the end of old
// tokens. The due list is in the record store; this is who works it off.
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

// Port: what is counted. Called on the scheduler's loop; must not block.
class alarm_watch {
public:
    virtual ~alarm_watch() = default;
    // An alarm is done, `late` after it was due: its effect is durable, and who listens was told.
    virtual void alarm_fired(storage::alarm_kind kind, std::chrono::milliseconds late) noexcept = 0;
    // An alarm failed and waits for another attempt.
    virtual void alarm_retried(storage::alarm_kind kind) noexcept = 0;
    // What waits in the store; told every minute.
    virtual void rows_counted(const storage::store_counts& counts) noexcept = 0;
};

struct alarm_rules {
    bool shared = false;       // other instances work on the list: a claim may be one's that lives
    std::int64_t batch = 500;  // alarms in one transaction
    std::chrono::milliseconds lease{30'000};        // then another instance may take them
    std::chrono::milliseconds others_pause{20};     // while another instance takes what is due
    std::chrono::milliseconds look_every{1'000};    // the longest sleep
    std::chrono::milliseconds sweep_every{60'000};  // the safety net, and the count
    std::chrono::milliseconds retry_first{2'000};   // doubled with each failure
    std::chrono::milliseconds retry_longest{30'000};
};

// The pause before the next attempt after `failures` (at least 1): retry_first, doubled with each
// failure up to retry_longest, and up to half of it longer by chance: `part`, 0 to 1.
std::chrono::milliseconds retry_pause(const alarm_rules& rules, std::int64_t failures, double part);

// Works the due list off: takes what is due in batches, makes the effect durable and removes the
// alarms in one transaction, then drops cached grants and tells the listeners. At least once: a
// crash in between leaves the alarms to be taken again when their lease is over, and every effect
// is one that may be done twice. Several instances share a list.
class alarms {
public:
    // The references live as long as this object.
    alarms(const environment& env, grants& live_grants, change_feed& changes,
           alarm_rules rules = {})
        : env_(env), grants_(live_grants), changes_(changes), rules_(rules) {}

    // Counts for `watch`, which outlives this object. Call before run().
    void observe(alarm_watch& watch) { watch_ = &watch; }

    // To be called when an alarm was written that is due at `due`. Thread-safe.
    void armed(base::timestamp due);

    // Does everything that is due now; how many alarms it took. The caller awaits one at a time.
    base::awaitable<std::size_t> work_off();

    // Works off and waits in turns, until stop(). On the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, after the batch in work. Call on its executor's thread.
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
    void tell(const claimed& batch, const storage::fired_alarms& done);
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
    std::int64_t failures_ = 0;  // of the store, in a row
    base::timestamp not_before_{};
    base::timestamp next_sweep_{};
    bool stopping_ = false;

    std::mutex mutex_;
    base::timestamp told_ = base::timestamp::max();  // the earliest of armed() since the last look
    base::timestamp planned_ = base::timestamp::min();  // until when the sleeper sleeps
    std::optional<base::executor> where_;               // while run() runs
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
