// The ordered stages of every request, and the reason for each position.
#pragma once
#include <atomic>
#include <functional>
#include <optional>

#include "base/anonymous_limit.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "server/http/handler.hpp"
#include "server/pipeline/request_observer.hpp"
#include "server/pipeline/routes.hpp"
#include "server/pipeline/sse_transport.hpp"

namespace tollgate::base {
class task_group;
}  // namespace tollgate::base

namespace tollgate::mcp {
class endpoint;
class sse_sessions;
}  // namespace tollgate::mcp

namespace tollgate::tenancy {
class client_sightings;
class grant_source;
}  // namespace tollgate::tenancy

namespace tollgate::server {

class host_rules;
class proxy_rules;

// Port: the admin API.
class admin_surface {
public:
    virtual ~admin_surface() = default;
    // Answers one admin request, including its authorization. `context` lives until the awaitable
    // completes.
    virtual base::awaitable<base::http_response> handle_admin(const request_context& context) = 0;
    // Ends the streams of events and refuses new ones, because the process is shutting down. Any
    // thread.
    virtual void end_streams() {}
    // True if the request has the cookie of a session of a person of that team, and does not come
    // from a foreign page. Fails with errc::unavailable if the store does not answer.
    virtual base::awaitable<base::result<bool>> has_session(const request_context& context,
                                                            std::string_view team_id) = 0;
};

// Port: OAuth.
class oauth_surface {
public:
    virtual ~oauth_surface() = default;
    // Fills context.grant of a request to /mcp/mcp_…, an MCP server named by its id, from the
    // access token in its Authorization header. Answers
    //   - 401 for a missing or bad token, with WWW-Authenticate, which tells an OAuth client how to
    //     get one;
    //   - 404 as authorize() does if there is no such server, or it accepts no OAuth clients;
    //   - 503 if the store does not answer.
    // Returns nothing if the request may continue.
    virtual base::awaitable<std::optional<base::http_response>> admit(request_context& context) = 0;
    // Answers a request to a well-known address or an endpoint; a JSON 404 for any other.
    virtual base::awaitable<base::http_response> handle_oauth(const request_context& context) = 0;
};

// Shared by the pipelines of all loops. App-lifetime, thread-safe.
struct pipeline_services {
    const host_rules& hosts;
    const proxy_rules& proxies;
    tenancy::grant_source& grants;
    admin_surface& admin;
    mcp::sse_sessions& sse;
    request_observer& counts;
    const base::clock& clock;
    base::logger& log;
    std::function<bool()> ready;            // false while draining, or if the store is
                                            // unavailable
    std::function<bool()> store_available;  // for the gauge
    // For the gauge; may be empty.
    std::function<std::optional<std::uint64_t>()> reserve_bytes;
    std::function<bool()> caches_trusted;  // for the gauge; may be empty
    std::function<bool()> redis_up;        // for the gauge; empty: there is no Redis
    std::function<bool()> clock_agrees{};  // with other clocks; may be empty
    std::function<bool()> audit_intact{};  // no audit log failed its check; may be empty
    std::function<void(instance_state&)>
        people{};                                 // fills in what is known of people; may be empty
    const std::atomic<std::size_t>& connections;  // open connections, for the gauge
    std::size_t requests_per_token = 64;
    std::chrono::milliseconds request_timeout{55'000};
    bool log_requests = true;
    std::size_t body_bytes_max = 1024 * 1024;  // for the text of a 413; the connection enforces it
    oauth_surface* oauth = nullptr;            // null: no OAuth
    tenancy::client_sightings* clients = nullptr;  // null: nobody wants to know
};

// Counts an answered message, and records when its server was last used.
void note_served(const pipeline_services& services, const tenancy::grant& grant,
                 const mcp::exchange& exchange);

// One per loop and listener. Stages, in order:
//     request id, deadline   first: log lines need the id, and all inner calls get the deadline
//     metrics, log           around all that can fail, so that failures are counted
//     exception barrier      around all code of other rooms; a bug answers 500 and nothing else
//     client, host, origin   before any work is done for a page of another site
//     route                  so that unknown paths cost nothing
//     transport rules        method, Content-Type, Accept: before a token is looked up, which is
//                            then looked up all the same to say whose client was refused
//     token → grant          before anything of a tenant is used
//     admit                  limits the running requests of the MCP server; the stream of a GET has
//                            its own limits
class pipeline final : public request_handler {
public:
    // `tasks` belong to the loop.
    pipeline(pipeline_services& services, surface served, mcp::endpoint& mcp,
             base::task_group& tasks);

    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const connection_facts& facts) override;
    base::http_response unreadable(unsigned status, std::string_view why) override;

private:
    base::awaitable<base::http_response> guarded(request_context& context);
    base::awaitable<base::http_response> run(request_context& context);
    base::awaitable<base::http_response> run_mcp(request_context& context);
    base::awaitable<base::http_response> run_sse(request_context& context);
    base::awaitable<base::http_response> run_get(request_context& context);
    base::awaitable<std::optional<base::http_response>> admit(request_context& context);
    base::awaitable<> recheck_grant(request_context& context);
    base::awaitable<> find_refused(request_context& context);
    base::http_response run_own(request_context& context);
    base::http_response nothing_here(const request_context& context) const;
    std::string readiness() const;
    instance_state state() const;
    void log_left_out();
    void observe(const request_context& context, const base::http_response& response);

    pipeline_services& services_;
    surface served_;
    mcp::endpoint& mcp_;
    sse_transport sse_;
    base::anonymous_limit refusals_;  // of log lines
};

}  // namespace tollgate::server
