// Port: who counts what the pipeline does, and shows it at /metrics.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/pipeline/route.hpp"

namespace tollgate::server {

// What is so at the moment of asking.
struct instance_state {
    std::size_t connections = 0;         // of clients, open
    std::optional<std::size_t> streams;  // of clients that listen, open; empty: nobody can listen
    bool store_available = false;
    std::optional<bool> caches_trusted;
    std::optional<bool> redis_available;  // empty: there is none
};

// Called on any loop; must not block.
class request_observer {
public:
    virtual ~request_observer() = default;
    // A request was answered with `status`, `took` after it was read.
    virtual void request_done(route to, unsigned status, std::chrono::nanoseconds took) = 0;
    // `method` is one of mcp::exchange's fixed words.
    virtual void mcp_message(std::string_view method, bool failed) = 0;
    // A request to an MCP URL or OAuth endpoint was refused for its token or access token.
    virtual void token_refused() = 0;
    // All that was counted, and `now`: text exposition format 0.0.4.
    virtual std::string expose(const instance_state& now) = 0;
};

}  // namespace tollgate::server
