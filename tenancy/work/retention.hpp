// Removes what teams no longer keep: receipts, and the oldest entries of audit logs.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/audit/log_check.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// Port: measurements. Called on the loop that removes; must not block.
class retention_watch {
public:
    virtual ~retention_watch() = default;
    virtual void audit_removed(std::int64_t records) noexcept = 0;
    virtual void receipts_removed(std::int64_t receipts) noexcept = 0;
};

struct retention_rules {
    std::chrono::milliseconds look_every{5'000};
    std::chrono::hours work_every{1};  // for a team
    std::chrono::milliseconds lease{
        30'000};  // not longer than that of alarm_rules, because a start ends both
    std::chrono::milliseconds work_longest{10'000};  // per team; then the next team's turn comes
    std::uint64_t bundles = 3;                       // of 256 entries, removed in one transaction
};

// The due time of each team is an alarm in the record store: a killed process loses nothing, and
// instances that share the store take turns. Each transaction removes a part and records it; the
// next one continues.
class retention {
public:
    // The references live as long as this object.
    retention(const environment& env, const audit_log_key& key, retention_rules rules = {})
        : env_(env), key_(key), rules_(rules) {}

    // Reports to `watch`, which outlives this object. Call before run().
    void observe(retention_watch& watch) { watch_ = &watch; }

    // Sets alarms for teams that have none, and removes what is due now; returns the number of
    // teams processed. Failures are logged and retried an hour later. Only one call may run at a
    // time.
    base::awaitable<std::size_t> work_once();

    // Removes what is due, until stop(). Runs on the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, after the current transaction. Call on its executor's thread.
    void stop();

private:
    base::awaitable<std::optional<std::string>> take(const std::string& claim);
    // True if more remains to be removed for this team.
    base::awaitable<base::result<bool>> work_on(const std::string& team_id);
    base::awaitable<base::result<std::int64_t>> remove_receipts(const storage::team_row& team);
    base::awaitable<base::result<std::int64_t>> remove_entries(const storage::team_row& team);
    base::awaitable<base::result<std::uint64_t>> end_of_old(const std::string& team_id,
                                                            const log_head& head,
                                                            base::timestamp before);
    base::awaitable<base::result<std::string>> statement(const std::string& team_id,
                                                         const log_head& head, std::uint64_t to);

    void log_failure(const std::string& team_id, const base::failure& why);

    const environment& env_;
    const audit_log_key& key_;
    const retention_rules rules_;
    retention_watch* watch_ = nullptr;
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
