// The arithmetic of the generic cell rate algorithm, shared by all limiters.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "tenancy/limits/rate_limiter.hpp"

namespace tollgate::tenancy {

constexpr std::size_t rate_buckets_max = 4;  // in one charge

// One bucket during a charge. All times have one unit, of which there are `per_second` in a second,
// and any fixed origin.
struct weighed_bucket {
    std::int64_t interval = 0;  // added by one call; 0: the bucket has no limit
    std::int64_t depth = 0;     // added by `calls` calls
    std::int64_t empty_at = 0;  // before the charge

    std::int64_t empty_after() const { return empty_at + interval; }
    // Negative: the time until there is room for the call.
    std::int64_t room(std::int64_t now) const { return now + depth - empty_after(); }
};

// `stored`: the stored time at which the bucket will be empty; `now` or less if none is stored.
inline weighed_bucket weigh(call_rate rate, std::int64_t stored, std::int64_t now,
                            std::int64_t per_second) {
    weighed_bucket out;
    if (rate.calls == 0) return out;
    // Rounded up, so that the depth holds exactly `calls` calls and the rate is never exceeded.
    out.interval = (rate.seconds * per_second + rate.calls - 1) / rate.calls;
    out.depth = out.interval * rate.calls;
    // A larger value was stored at another rate, or before the clock was set back.
    out.empty_at = std::clamp(stored, now, now + out.depth);
    return out;
}

// The verdict on a charge of one call; `weights` corresponds to `buckets`.
rate_verdict judge(std::span<const rate_bucket> buckets,
                   const std::array<weighed_bucket, rate_buckets_max>& weights, std::int64_t now,
                   std::int64_t per_second);

}  // namespace tollgate::tenancy
