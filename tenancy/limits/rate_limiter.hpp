// Rate limits for a server, an account and a team: the port, and the limiter of one process.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::tenancy {

// A bucket and its rate. A rate of 0 calls means no limit.
struct rate_bucket {
    std::string_view id;  // mcp_…, ia_… or team_…: distinct between scopes
    call_rate rate;
};

// The result of a charge, for the bucket that matters most: the refusing one that stays full
// longest, otherwise the one with the fewest calls left. Ties go to the first.
struct rate_verdict {
    bool allowed = true;
    std::size_t place = 0;       // index of that bucket among those given
    call_rate rate;              // its rate; 0 calls: no bucket had a limit
    std::int64_t remaining = 0;  // calls that the bucket would still accept now
    // If refused: time until there is room for one call. If allowed: time until the bucket is
    // empty.
    std::chrono::milliseconds reset{0};
};

// Port. A limiter shared by several processes can implement it too.
class rate_limiter {
public:
    virtual ~rate_limiter() = default;

    // Charges one call to every bucket, or to none if one of them is full. `owner` (the team) owns
    // all the buckets: a bucket is always charged under the same owner; there are at most four. A
    // bucket accepts `calls` at once and then one every seconds / calls (the generic cell rate
    // algorithm), so at most twice `calls` in any `seconds`. Does not fail. Thread-safe; resumes on
    // the caller's executor.
    virtual base::awaitable<rate_verdict> charge(std::string_view owner,
                                                 std::span<const rate_bucket> buckets,
                                                 base::timestamp now) = 0;
};

// In memory, for all loops of a process; a restart empties every bucket. A bucket is one timestamp:
// when it will be empty. Owners are distributed over shards with one lock each, held for some tens
// of nanoseconds; charging a known bucket allocates nothing. If the clock is set back, no bucket
// stays full for longer than its `seconds`.
class local_rate_limiter final : public rate_limiter {
public:
    static constexpr std::size_t shards = 16;
    // Above this number, the shard's bucket closest to empty is forgotten.
    static constexpr std::size_t buckets_of_shard_max = 4096;

    local_rate_limiter();
    ~local_rate_limiter() override;

    base::awaitable<rate_verdict> charge(std::string_view owner,
                                         std::span<const rate_bucket> buckets,
                                         base::timestamp now) override;
    // As charge(), without suspending.
    rate_verdict charge_now(std::string_view owner, std::span<const rate_bucket> buckets,
                            base::timestamp now);

    // The number of buckets in memory; empty ones are removed as new ones are added.
    std::size_t size() const;

private:
    struct shard;

    std::array<std::unique_ptr<shard>, shards> shards_;
};

}  // namespace tollgate::tenancy
