// Sends a log to one destination: its records, or its newest checkpoint.
#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include "tenancy/audit/audit_destination.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// One attempt to send the entries after a log's position.
struct send_attempt {
    std::int64_t to = 0;  // the end of what was sent or skipped
    base::result<> outcome;
    bool removed = false;  // nothing was sent: the team's retention has removed what precedes `to`
};

class log_sender {
public:
    virtual ~log_sender() = default;
    // Which logs have something to send at `now`.
    virtual storage::audit_delivery_due due(base::timestamp now) const = 0;
    // Sends what follows `log.position`. Called on one loop, one call at a time.
    virtual base::awaitable<send_attempt> send(const storage::audit_delivery_row& log) = 0;
};

struct batch_limits {
    std::int64_t records = 256;
    // The limit on the entries of a batch; a single record may exceed it.
    std::size_t bytes = std::size_t{256} * 1024;
};

// Sends records in batches. A failed batch is sent again unchanged. Records that the team's
// retention has removed are skipped; any other missing record is a failure. `env` lives as long as
// the sender.
std::unique_ptr<log_sender> make_record_sender(const environment& env,
                                               std::unique_ptr<record_destination> to,
                                               batch_limits limits = {});

// Sends the newest checkpoint of a log that has grown, at most once in `every`. The references live
// as long as the sender.
std::unique_ptr<log_sender> make_anchor_sender(const environment& env, const audit_log_key& key,
                                               std::unique_ptr<anchor_destination> to,
                                               std::chrono::milliseconds every);

}  // namespace tollgate::tenancy
