// Ports: external systems that receive the audit logs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/audit_rows.hpp"

namespace tollgate::tenancy {

// The codes of a failure to send (errc::unavailable). After "refused" the destination still works,
// and other logs are sent; after any other code nothing is sent to the destination for a while.
constexpr std::string_view delivery_refused = "refused";
constexpr std::string_view delivery_unreachable = "unreachable";

// Records of one log, in order of their positions, without gaps. Not empty.
struct record_batch {
    std::string team_id;
    std::int64_t first = 0;  // the position of the first one
    std::vector<storage::audit_entry> records;
};

// Receives every record of every log at least once.
class record_destination {
public:
    virtual ~record_destination() = default;
    // Succeeds when the records are acknowledged. Fails with one of the codes above, or any other;
    // the message is a sentence without secrets. Called on one loop, one call at a time.
    virtual base::awaitable<base::result<>> deliver(const record_batch& batch) = 0;
};

// The signed head of a log: a checkpoint to be stored elsewhere.
struct audit_anchor {
    std::string team_id;
    std::string origin;     // the first line of the note
    std::int64_t size = 0;  // how many entries it covers
    std::string note;       // the signed note
    base::timestamp signed_at{};
};

// Receives the newest checkpoint of every log, on a schedule.
class anchor_destination {
public:
    virtual ~anchor_destination() = default;
    // As record_destination::deliver().
    virtual base::awaitable<base::result<>> publish(const audit_anchor& anchor) = 0;
};

}  // namespace tollgate::tenancy
