// Redis as this process uses it: limits that all instances share, what they say to each other, and
// what tokens grant.
#pragma once
#include <memory>
#include <optional>
#include <span>

#include "base/task_group.hpp"
#include "server/cluster/cluster_messages.hpp"
#include "server/cluster/redis_sessions.hpp"
#include "server/config/config.hpp"
#include "server/http/loop.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/redis_bus.hpp"
#include "tenancy/grants/redis_entries.hpp"
#include "tenancy/limits/shared_rate_limiter.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// A loop of this process as Redis needs it.
class redis_loop {
public:
    virtual ~redis_loop() = default;
    virtual loop& own() = 0;
    // Gives the loop its own connection to Redis and keeps it up. Call before the loop runs.
    virtual void use_redis(storage::redis_links& redis) = 0;
    // Keeps another link of this loop up, for as long as that one.
    virtual void keep_up(storage::redis_link& link) = 0;
};

class redis_services {
public:
    // References outlive this, and so do the loops whose links this holds.
    redis_services(std::unique_ptr<storage::redis_links> links, tenancy::local_rate_limiter& rates)
        : links_(std::move(links)), limiter_(*links_, rates) {}

    // Looks whether Redis can be used as it is configured, and gives each loop its link. Blocks;
    // call before the loops run. Fails with invalid_argument "redis_refused"; one that is away is
    // no failure, and is logged.
    base::result<> join(std::span<redis_loop* const> loops, base::logger& log);

    // What a share is made of; references outlive this, too. The tasks are of the first loop.
    struct parts {
        tenancy::registry& tenancy;
        message_subjects mcp;
        const base::clock& clock;
        tenancy::entry_watch& watch;
        base::task_group& tasks;
        mcp::sse_sessions& sse;
        base::logger& log;
    };
    // Lets instances wake each other, pass on what they tell of MCP and answers of HTTP+SSE,
    // and share what tokens grant. Call before the loops run.
    void share(const parts& with, redis_loop& first);

    tenancy::rate_limiter& limiter() { return limiter_; }
    bool up() const { return links_->up(); }
    // See redis_links.
    void drop_waiting() { links_->drop_waiting(); }

private:
    std::unique_ptr<storage::redis_links> links_;
    tenancy::shared_rate_limiter limiter_;
    std::optional<cluster_messages> words_;
    std::optional<tenancy::redis_bus> bus_;
    std::optional<tenancy::redis_entries> entries_;
    std::optional<redis_sessions> sessions_;
};

// Null without redis.url. Fails with invalid_argument, naming the setting and without the password,
// when the address or the file of authorities is wrong. The references outlive what is made.
base::result<std::unique_ptr<redis_services>> make_redis(const config& value,
                                                         tenancy::local_rate_limiter& rates,
                                                         base::logger& log);

}  // namespace tollgate::server
