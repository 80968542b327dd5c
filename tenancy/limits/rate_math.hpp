// The arithmetic of the generic cell rate algorithm, for every place that keeps buckets.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "tenancy/limits/rate_limiter.hpp"

namespace tollgate::tenancy {

constexpr std::size_t rate_buckets_max = 4;  // of one charge

// One bucket on its way through a charge. Times are in one unit, `per_second` of them a second,
// since any fixed moment.
struct weighed_bucket {
    std::int64_t interval = 0;  // what one call adds; 0: the bucket has no limit
    std::int64_t depth = 0;     // what `calls` calls add
    std::int64_t empty_at = 0;  // before the charge

    std::int64_t empty_after() const { return empty_at + interval; }
    // Negative: until there is room for the call.
    std::int64_t room(std::int64_t now) const { return now + depth - empty_after(); }
};

// `stored`: when the bucket will be empty, as it was kept; `now` or less when nothing is.
inline weighed_bucket weigh(call_rate rate, std::int64_t stored, std::int64_t now,
                            std::int64_t per_second) {
    weighed_bucket out;
    if (rate.calls == 0) return out;
    // Rounded up, so that the depth holds exactly `calls` calls and the rate is never exceeded.
    out.interval = (rate.seconds * per_second + rate.calls - 1) / rate.calls;
    out.depth = out.interval * rate.calls;
    // A bucket that is fuller than full had another rate, or the clock was set back.
    out.empty_at = std::clamp(stored, now, now + out.depth);
    return out;
}

// What a charge of one call finds, `weights` beside `buckets`.
rate_verdict judge(std::span<const rate_bucket> buckets,
                   const std::array<weighed_bucket, rate_buckets_max>& weights, std::int64_t now,
                   std::int64_t per_second);

}  // namespace tollgate::tenancy
