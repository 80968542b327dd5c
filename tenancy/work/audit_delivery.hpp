// The destinations that the audit logs are sent to: those of checkpoints (anchors), and those of
// records (forwarding).
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/audit/audit_destination.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/work/delivery_worker.hpp"

namespace tollgate::tenancy {

enum class delivery_kind : std::uint8_t { anchors, records };

// A destination, and how far the logs have been sent to it.
struct delivery_state {
    std::string destination;  // "webhook"
    storage::audit_delivery_sum sum;
    std::vector<storage::audit_delivery_row> logs;
};

class audit_delivery {
public:
    // The references live as long as this object. `instance` is the id of this instance, or empty
    // if no other one uses the store.
    audit_delivery(const environment& env, const audit_log_key& key, std::string instance,
                   delivery_rules rules);

    // Adds a destination. `name` is one of "file", "webhook", "syslog"; each may be added once per
    // kind. Call before workers() and states().
    void send_anchors(std::string name, std::unique_ptr<anchor_destination> to,
                      std::chrono::milliseconds every);
    void send_records(std::string name, std::unique_ptr<record_destination> to);

    // One worker for each destination; start each one's run() beside run_background().
    const std::vector<std::unique_ptr<delivery_worker>>& workers() const { return workers_; }
    // Reports to `watch`, which outlives this object. Call after all destinations are added.
    void observe(delivery_watch& watch);
    // Ends run() of all workers soon. Call on their executor's thread.
    void stop();

    // What has been sent to each destination of that kind: of the log of `team_id`, or of all logs
    // if it is empty; at most `limit` logs each, those with the most left to send first. Any
    // thread; fails with errc::unavailable.
    base::awaitable<base::result<std::vector<delivery_state>>> states(delivery_kind kind,
                                                                      std::string team_id,
                                                                      std::size_t limit);

    // Sends the records of a team again, from `position` on. Any thread. Fails with not_found
    // "no_such_destination" or "no_such_log", conflict "position_ahead" if the position has not
    // been sent yet, and errc::unavailable.
    base::awaitable<base::result<>> replay(std::string destination, std::string team_id,
                                           std::int64_t position);

private:
    struct named {
        delivery_kind kind;
        std::string name;
        std::string stored_name;
    };
    void add(delivery_kind kind, std::string name, std::unique_ptr<log_sender> sender);

    const environment& env_;
    const audit_log_key& key_;
    const std::string holder_;
    const delivery_rules rules_;
    std::vector<named> names_;
    std::vector<std::unique_ptr<delivery_worker>> workers_;
};

}  // namespace tollgate::tenancy
