// How many calls a server, an account and a team may make: the port, and the limiter of one
// process.
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

// What is counted under one id. A rate of 0 calls is no limit.
struct rate_bucket {
    std::string_view id;  // mcp_…, ia_… or team_…: unlike from scope to scope
    call_rate rate;
};

// What a charge found, of the bucket that matters most: the one that refuses and is full for
// longest, else the one with the fewest calls left. Of equals the first counts.
struct rate_verdict {
    bool allowed = true;
    std::size_t place = 0;       // of the bucket among those given
    call_rate rate;              // its rate; 0 calls: no bucket had a limit
    std::int64_t remaining = 0;  // calls it would take at this moment
    // Refused: until there is room for one call. Allowed: until the bucket is empty again.
    std::chrono::milliseconds reset{0};
};

// The port: what several processes share can stand behind it as well.
class rate_limiter {
public:
    virtual ~rate_limiter() = default;

    // Charges one call to every bucket, or to none when one of them is full. `owner` (the team) is
    // what all the buckets belong to: a bucket is always charged under the same owner; there are at
    // most four. A bucket takes `calls` at once and then one every seconds / calls (the generic
    // cell rate algorithm), so at most twice `calls` in any `seconds`. Does not fail. Thread-safe;
    // resumes on the caller's executor.
    virtual base::awaitable<rate_verdict> charge(std::string_view owner,
                                                 std::span<const rate_bucket> buckets,
                                                 base::timestamp now) = 0;
};

// In memory, for all loops of a process; a restart empties every bucket. A bucket is one time: when
// it will be empty. Owners are spread over shards with a lock each, held for some tens of
// nanoseconds; known buckets are charged without an allocation. Should the clock be set back, no
// bucket stays full for longer than its `seconds`.
class local_rate_limiter final : public rate_limiter {
public:
    static constexpr std::size_t shards = 16;
    // Beyond this many, the bucket of the shard that is nearest to empty is forgotten.
    static constexpr std::size_t buckets_of_shard_max = 4096;

    local_rate_limiter();
    ~local_rate_limiter() override;

    base::awaitable<rate_verdict> charge(std::string_view owner,
                                         std::span<const rate_bucket> buckets,
                                         base::timestamp now) override;
    // The same at once.
    rate_verdict charge_now(std::string_view owner, std::span<const rate_bucket> buckets,
                            base::timestamp now);

    // Buckets in memory; empty ones are forgotten as new ones come.
    std::size_t size() const;

private:
    struct shard;

    std::array<std::unique_ptr<shard>, shards> shards_;
};

}  // namespace tollgate::tenancy
