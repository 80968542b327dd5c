// Sends the audit logs to one destination, at least once and in order, and stores how far it has
// sent them.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tenancy/environment.hpp"
#include "tenancy/work/log_sender.hpp"

namespace tollgate::tenancy {

// Port: measurements. Called on the workers' loop; must not block. `destination` is one of a fixed
// set of names.
class delivery_watch {
public:
    virtual ~delivery_watch() = default;
    // What is still to be sent, and how long the oldest record of it has waited.
    virtual void delivery_measured(std::string_view destination,
                                   const storage::audit_delivery_sum& sum,
                                   std::chrono::milliseconds lag) noexcept = 0;
    virtual void delivery_failed(std::string_view destination) noexcept = 0;
};

struct delivery_rules {
    bool shared = false;  // other instances use the store
    std::chrono::milliseconds look_every{1'000};
    std::chrono::milliseconds measure_every{10'000};
    // The pause after a failure: the first one, which doubles with each further failure, and the
    // longest one.
    std::chrono::milliseconds retry_first{1'000};
    std::chrono::milliseconds retry_longest{300'000};
    std::chrono::milliseconds hold{60'000};  // longer than an attempt may take
};

// The pause after `failures` consecutive failures, at least 1.
std::chrono::milliseconds retry_pause(const delivery_rules& rules, std::int64_t failures);

// Only one instance at a time sends to a destination. Another may take over when that instance has
// not sent for delivery_rules::hold, or no longer runs. Used on one loop.
class delivery_worker {
public:
    // `destination` is the name in the store and in metrics, e.g. "forward_webhook"; `holder` is
    // the id of this instance. `env` lives as long as this object.
    delivery_worker(const environment& env, std::string destination, std::string holder,
                    std::unique_ptr<log_sender> sender, delivery_rules rules)
        : env_(env),
          destination_(std::move(destination)),
          holder_(std::move(holder)),
          sender_(std::move(sender)),
          rules_(rules) {}

    const std::string& destination() const { return destination_; }
    // Reports to `watch`, which outlives this object. Call before run().
    void observe(delivery_watch& watch) { watch_ = &watch; }

    // Sends once from each log that has something to send; true if there may be more. Failures are
    // logged.
    base::awaitable<bool> work_once();

    // Sends until stop(). Runs on the caller's executor; start it once.
    base::awaitable<> run();
    // Ends the pause after a failure to reach the destination. Any thread.
    void try_again() noexcept { again_ = true; }
    // Ends run() soon, after the current attempt. Call on its executor's thread.
    void stop();

private:
    base::awaitable<> measure();
    base::awaitable<bool> hold();
    base::awaitable<bool> send(const storage::audit_delivery_row& log);
    base::awaitable<base::result<>> advance(const storage::audit_delivery_row& log,
                                            const send_attempt& attempt);
    base::awaitable<> note_failure(const storage::audit_delivery_row& log, std::int64_t to,
                                   const base::failure& why);
    base::awaitable<> release_delivery();
    bool is_paused();
    std::chrono::milliseconds pause(bool more, std::chrono::steady_clock::duration work) const;

    const environment& env_;
    const std::string destination_;
    const std::string holder_;
    const std::unique_ptr<log_sender> sender_;
    const delivery_rules rules_;
    delivery_watch* watch_ = nullptr;
    std::chrono::steady_clock::time_point held_at_{};
    std::chrono::steady_clock::time_point measured_at_{};
    bool holds_ = false;
    std::int64_t failures_ = 0;  // since the destination last worked
    base::timestamp paused_until_{};
    std::atomic<bool> again_{false};
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
