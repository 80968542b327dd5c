// The ids that lists have shown recently, kept for a limited time and while their MCP servers
// exist.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "stripe/tools/seen_ids.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::server {

class recent_ids {
public:
    explicit recent_ids(const base::clock& clock) : clock_(clock) {}

    stripe::seen_ids& ids() { return ids_; }

    // Drops ids after a change of an MCP server. Any thread.
    void follow(const tenancy::server_event& event);

    // Drops old ids once a minute, on the executor it is spawned on, until stop(), which is called
    // on the same thread.
    base::awaitable<> run();
    void stop();

private:
    const base::clock& clock_;
    stripe::seen_ids ids_;
    boost::asio::steady_timer* timer_ = nullptr;  // set while run() runs
    bool stopping_ = false;
};

}  // namespace tollgate::server
