// Gives each audit record its position in the log of its team, and signs the logs' heads.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "tenancy/audit/checkpoint_maker.hpp"
#include "tenancy/audit/log_batch.hpp"
#include "tenancy/audit/log_check.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/audit/record_counts.hpp"
#include "tenancy/audit/record_placer.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// Port: measurements. Called on the integrator's loop, and log_broken() on any thread; must not
// block.
class audit_watch {
public:
    virtual ~audit_watch() = default;
    // The number of records of all teams that have no position; called at every pass.
    virtual void records_waiting(std::int64_t count) noexcept = 0;
    // A record was added to its log, `late` after it was recorded.
    virtual void record_integrated(std::chrono::milliseconds late) noexcept = 0;
    // A log failed its check: nothing is integrated or signed any more. Called once.
    virtual void log_broken() noexcept = 0;
};

struct integrator_rules {
    std::size_t batch = 4096;                   // records of a team that are read together
    std::size_t batch_bytes = 4 * 1024 * 1024;  // of their entries together
    // Of them, in one transaction: on SQLite, every write to Stripe waits for it.
    std::size_t transaction = 256;
    std::chrono::milliseconds look_every{250};
    std::chrono::milliseconds look_rarest{3'000};    // when a pass takes long
    std::chrono::milliseconds sign_every{10'000};    // between two checkpoints of a log
    std::chrono::milliseconds retry_pause{2'000};    // after the store failed
    std::chrono::milliseconds last_work_max{5'000};  // after stop()
    int attempts_max = 20;  // to write, while other instances also write to the log
};

// Several instances may integrate the logs of one store: if two append to a log at the same time,
// the second one reads it again and continues. Before anything is appended or signed, the end of
// the log is checked (check_log). If that check fails, the integrator is `broken`: nothing is
// integrated or signed until the process is restarted and finds the log intact.
class audit_integrator final : public checkpoint_maker, public record_placer {
public:
    // The references live as long as this object.
    audit_integrator(const environment& env, const audit_log_key& key, integrator_rules rules = {})
        : env_(env), key_(key), rules_(rules) {}

    // Reports to `watch`, which outlives this object. Call before run().
    void observe(audit_watch& watch) { watch_ = &watch; }

    base::awaitable<base::result<std::string>> checkpoint_now(std::string team_id) override;

    // Places nothing while records of the store are being integrated, or while the integrator is
    // broken. Call on one thread with work_once().
    base::awaitable<std::size_t> place(
        std::string team_id, std::shared_ptr<const std::vector<storage::audit_row>> rows) override;

    // Integrates one batch of each team that has waiting records, and signs what is due; returns
    // the number of records integrated. Failures are logged. Only one call may run at a time.
    base::awaitable<std::size_t> work_once();

    // Integrates and signs until stop(), and then handles the remaining records. Runs on the
    // caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon. Call on its executor's thread.
    void stop();

    // True if a log has failed its check. Any thread.
    bool broken() const noexcept { return broken_; }
    // The team and the reason, as a sentence; empty while nothing is broken. Any thread.
    std::string broken_reason() const;
    // The team whose log it is, or empty. Any thread.
    std::string broken_team() const;

private:
    base::awaitable<base::result<std::size_t>> integrate(std::string team_id);
    using entries = std::span<const storage::audit_entry>;
    using rows = std::shared_ptr<const std::vector<storage::audit_row>>;
    base::awaitable<base::result<std::size_t>> append(std::string team_id, entries records);
    base::awaitable<base::result<>> append_new(std::string team_id, rows records,
                                               std::size_t& stored);
    base::awaitable<base::result<>> store(log_batch& batch, const record_counts& counts,
                                          std::string team_id);
    base::awaitable<base::result<std::string>> sign(std::string team_id);
    base::awaitable<base::result<checked_log>> check(const std::string& team_id);
    base::awaitable<> check_all_heads();
    base::awaitable<> sign_what_is_due();
    base::awaitable<> finish();
    bool is_due(const log_head& head) const;
    std::chrono::milliseconds pause_after(std::chrono::steady_clock::duration work) const;
    void count_integrated(base::timestamp recorded_at);

    log_head seen(const std::string& team_id) const;
    std::map<std::string, log_head> all_seen() const;
    void remember(const std::string& team_id, const log_head& head);
    base::failure note_failure(const std::string& team_id, const base::failure& why);
    base::failure refusal() const;

    const environment& env_;
    const audit_log_key& key_;
    const integrator_rules rules_;
    audit_watch* watch_ = nullptr;
    bool stopping_ = false;
    bool failed_ = false;  // the store, since the last look
    bool sign_now_ = false;
    bool appending_ = false;
    base::timestamp next_head_check_ = base::timestamp::min();
    std::optional<boost::asio::steady_timer> wake_;

    std::atomic<bool> broken_{false};
    mutable std::mutex mutex_;
    std::string broken_reason_;
    std::string broken_team_;
    std::map<std::string, log_head> seen_;  // each log as this instance last saw it
};

}  // namespace tollgate::tenancy
