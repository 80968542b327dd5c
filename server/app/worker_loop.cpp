#include "server/app/worker_loop.hpp"

#include "base/thread_name.hpp"
#include "mcp/endpoint.hpp"
#include "server/http/listener.hpp"
#include "server/pipeline/pipeline.hpp"
#include "storage/redis/links.hpp"
#include "stripe/provider/stripe_content.hpp"
#include "stripe/provider/stripe_tools.hpp"
#include "stripe/upstream/pool.hpp"
#include "stripe/upstream/service_router.hpp"

namespace tollgate::server {

worker_loop::worker_loop(base::logger& log)
    : loop_(log), log_(log), background_(loop_.io.get_executor(), log) {}

worker_loop::~worker_loop() {
    loop_.io.drop_pending();
}

void worker_loop::build(pipeline_services& services, const stripe::upstream_options& upstream,
                        std::shared_ptr<boost::asio::ssl::context> upstream_tls,
                        const stripe::service_reach& other_services,
                        const stripe::tool_services& shared, mcp::cancellations& cancelled,
                        mcp::stream_hub& hub, mcp::server_info info,
                        mcp::tool_provider* instead_of_stripe, mcp::endpoint_parts parts) {
    services_ = &services;
    auto of_stripe = stripe::make_upstream_pool(loop_.io.get_executor(), loop_.deadlines,
                                                std::move(upstream_tls), upstream, log_);
    api_ = stripe::make_service_router(loop_.io.get_executor(), loop_.deadlines,
                                       std::move(of_stripe), other_services, log_);
    tools_ = std::make_unique<stripe::stripe_tools>(*api_, shared);
    content_ = std::make_unique<stripe::stripe_content>(*api_, shared);
    if (parts.content == nullptr) parts.content = content_.get();
    mcp::tool_provider& tools = instead_of_stripe != nullptr ? *instead_of_stripe : *tools_;
    streams_ = std::make_unique<mcp::loop_streams>(loop_.io.get_executor(), hub);
    hub.add(*streams_);
    parts.streams = streams_.get();
    sessions_ = std::make_unique<mcp::loop_sessions>(hub.clock());
    parts.seen = sessions_.get();
    mcp_ = std::make_unique<mcp::endpoint>(tools, cancelled, std::move(info), parts);
}

request_handler& worker_loop::add_pipeline(surface served) {
    return pipelines_.emplace_back(*services_, served, *mcp_, loop_.tasks);
}

listener& worker_loop::listen(const boost::asio::ip::tcp::endpoint& address, tls_source* tls,
                              connection_gate& gate, const connection_options& options,
                              request_handler& handler) {
    auto& made = listeners_.emplace_back(loop_, address, tls, gate, options, handler, log_);
    loop_.tasks.spawn("listener", made.run());
    return made;
}

void worker_loop::use_redis(storage::redis_links& redis) {
    keep_up(redis.add(loop_.io.get_executor(), loop_.deadlines));
}

void worker_loop::keep_up(storage::redis_link& link) {
    links_.push_back(&link);
    background_.spawn("redis", link.run());
}

void worker_loop::start() {
    loop_.io.restart();
    thread_ = std::thread([this] {
        base::name_this_thread("loop");
        loop_.io.run();
    });
}

void worker_loop::join() {
    if (thread_.joinable()) thread_.join();
}

base::awaitable<> worker_loop::drain(std::chrono::milliseconds timeout,
                                     base::awaitable<> before_stop) {
    for (auto& one : listeners_) one.close();
    loop_.connections.drain();
    streams_->stop();
    services_->admin.end_streams();
    const bool finished = co_await loop_.tasks.wait_idle(timeout);
    if (!finished) {
        log_.warning("drain_cut", {{"connections", static_cast<std::int64_t>(loop_.tasks.size())}});
        // Cancels clients and upstream calls alike, so that every coroutine ends before the loop
        // does.
        loop_.deadlines.expire_all();
        loop_.connections.abort();
        constexpr std::chrono::seconds last_timeout{2};
        co_await loop_.tasks.wait_idle(last_timeout);
    }
    co_await std::move(before_stop);
    for (auto* link : links_) link->stop();
    constexpr std::chrono::seconds background_timeout{2};
    co_await background_.wait_idle(background_timeout);
    loop_.io.stop();
}

}  // namespace tollgate::server
