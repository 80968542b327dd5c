// This process's use of Redis: limits shared by all instances, messages between them, and copies of
// grants.
#pragma once
#include <memory>
#include <span>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace tollgate::base {
class logger;
class task_group;
}  // namespace tollgate::base

namespace tollgate::mcp {
class cancellations;
class questions;
class session_registry;
class sse_sessions;
class stream_hub;
}  // namespace tollgate::mcp

namespace tollgate::tenancy {
class change_feed;
class entry_watch;
class grants;
class local_rate_limiter;
class rate_limiter;
class vault;
}  // namespace tollgate::tenancy

namespace tollgate::server {

class open_everywhere;
class redis_loop;
struct config;

// Destroy it before the loops that use its links.
class redis_services {
public:
    virtual ~redis_services() = default;

    // Checks that Redis works with the configuration, and gives each loop its link. Blocks; call
    // before the loops run. Fails with invalid_argument "redis_refused"; an unavailable Redis is
    // logged and is not a failure.
    virtual base::result<> join(std::span<redis_loop* const> loops, base::logger& log) = 0;

    // The arguments of share(); references outlive this too. The tasks run on the first loop.
    struct parts {
        const tenancy::vault& secrets;
        tenancy::change_feed& changes;
        tenancy::grants& grants;
        mcp::cancellations& cancelled;
        mcp::session_registry& sessions;
        mcp::questions& asked;
        const base::clock& clock;
        tenancy::entry_watch& watch;
        base::task_group& tasks;
        mcp::sse_sessions& sse;
        mcp::stream_hub& streams;
        open_everywhere& open;
        base::logger& log;
    };
    // Lets instances signal changes, exchange MCP messages and HTTP+SSE answers, and share grants.
    // Call once, before the loops run.
    virtual void share(const parts& with, redis_loop& first) = 0;

    // The limits shared by all instances. Any thread; lives as long as this object.
    virtual tenancy::rate_limiter& limiter() = 0;
    // True while Redis answers. Any thread.
    virtual bool up() const = 0;
    // The time at Redis. Call on a loop that has a link. Failures: those of redis_link::ask, and
    // unavailable "redis_error".
    virtual base::awaitable<base::result<base::timestamp>> time() = 0;
    // See redis_links.
    virtual void drop_waiting() = 0;
};

// Null without redis.url. Fails with invalid_argument, naming the setting but not the password, if
// the address or the file of certificate authorities is wrong. The references outlive the result.
base::result<std::unique_ptr<redis_services>> make_redis(const config& value,
                                                         tenancy::local_rate_limiter& rates,
                                                         base::logger& log);

}  // namespace tollgate::server
