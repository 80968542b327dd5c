// The limiter shared by several instances: buckets in Redis.
#pragma once
#include "storage/redis/links.hpp"
#include "tenancy/limits/rate_limiter.hpp"

namespace tollgate::tenancy {

// The script that charges all buckets of a call in one step; for redis_links.
extern const storage::redis_script rate_script;

// Buckets live in Redis and use Redis's clock, so that all instances share them; an empty bucket
// has no key. While Redis is unavailable, each instance counts on its own in `meanwhile`, so that
// each instance allows the full rate. References outlive this.
class shared_rate_limiter final : public rate_limiter {
public:
    shared_rate_limiter(storage::redis_links& redis, local_rate_limiter& meanwhile)
        : redis_(redis), meanwhile_(meanwhile) {}

    // One round trip to Redis; `now` is used only while Redis is unavailable.
    base::awaitable<rate_verdict> charge(std::string_view owner,
                                         std::span<const rate_bucket> buckets,
                                         base::timestamp now) override;

private:
    storage::redis_links& redis_;
    local_rate_limiter& meanwhile_;
};

}  // namespace tollgate::tenancy
