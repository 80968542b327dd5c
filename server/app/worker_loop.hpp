// One loop with everything that belongs to it: upstream connections, tools, the MCP endpoint,
// pipelines, listeners.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>
#include <thread>
#include <vector>

#include "base/async.hpp"
#include "base/task_group.hpp"
#include "server/cluster/redis_loop.hpp"
#include "server/http/loop.hpp"

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace tollgate::mcp {
class cancellations;
class endpoint;
class loop_sessions;
class loop_streams;
class stream_hub;
class tool_provider;
struct endpoint_parts;
struct server_info;
}  // namespace tollgate::mcp

namespace tollgate::stripe {
class stripe_content;
class stripe_tools;
class upstream;
struct service_reach;
struct tool_services;
struct upstream_options;
}  // namespace tollgate::stripe

namespace tollgate::server {

class listener;
class pipeline;
class request_handler;
class tls_source;
struct connection_gate;
struct connection_options;
struct pipeline_services;
struct surface;

class worker_loop final : public redis_loop {
public:
    explicit worker_loop(base::logger& log);
    ~worker_loop() override;
    worker_loop(const worker_loop&) = delete;
    worker_loop& operator=(const worker_loop&) = delete;

    loop& own() override { return loop_; }
    stripe::upstream& api() { return *api_; }
    // Use both on the loop only, after build().
    const mcp::loop_sessions& sessions() const { return *sessions_; }
    mcp::loop_streams& streams() { return *streams_; }
    const mcp::loop_streams& streams() const { return *streams_; }

    // Builds the parts that handle requests. `services`, `other_services`, `shared`, `cancelled`,
    // `hub` and everything that `parts` refers to, except its streams, outlive this object.
    // `instead_of_stripe`: tools of tests, or null; content in `parts` replaces Stripe's.
    void build(pipeline_services& services, const stripe::upstream_options& upstream,
               std::shared_ptr<boost::asio::ssl::context> upstream_tls,
               const stripe::service_reach& other_services, const stripe::tool_services& shared,
               mcp::cancellations& cancelled, mcp::stream_hub& hub, mcp::server_info info,
               mcp::tool_provider* instead_of_stripe, mcp::endpoint_parts parts);

    // The handler for a listener that serves those surfaces; owned here.
    request_handler& add_pipeline(surface served);

    // Binds a listener and spawns it. Throws boost::system::system_error if the address is in use.
    listener& listen(const boost::asio::ip::tcp::endpoint& address, tls_source* tls,
                     connection_gate& gate, const connection_options& options,
                     request_handler& handler);

    void use_redis(storage::redis_links& redis) override;
    void keep_up(storage::redis_link& link) override;

    // Runs the loop on its own thread until it is stopped.
    void start();
    void join();

    // Call on the loop: stops accepting, lets running requests finish, closes the rest after
    // `timeout`, stops the loop. `before_stop` is awaited when no connection is left.
    base::awaitable<> drain(std::chrono::milliseconds timeout, base::awaitable<> before_stop);

private:
    loop loop_;
    base::logger& log_;
    base::task_group background_;  // links that requests use; ends after them
    std::vector<storage::redis_link*> links_;
    std::unique_ptr<stripe::upstream> api_;
    std::unique_ptr<stripe::stripe_tools> tools_;
    std::unique_ptr<stripe::stripe_content> content_;
    std::unique_ptr<mcp::loop_streams> streams_;
    std::unique_ptr<mcp::loop_sessions> sessions_;
    std::unique_ptr<mcp::endpoint> mcp_;
    pipeline_services* services_ = nullptr;
    std::list<pipeline> pipelines_;
    std::list<listener> listeners_;
    std::thread thread_;
};

}  // namespace tollgate::server
