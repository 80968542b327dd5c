// Port: counts the pipeline's work, and shows it at /metrics.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/pipeline/route.hpp"

namespace tollgate::server {

// The state of the instance at the time of the call.
struct instance_state {
    std::size_t connections = 0;         // open connections of clients
    std::optional<std::size_t> streams;  // open streams of clients; empty: there are no streams
    std::size_t event_streams = 0;       // open streams of events, of the admin API
    std::uint64_t sign_ins = 0;          // of people, since the start: sessions that began
    std::uint64_t sign_ins_refused = 0;  // since the start
    bool store_available = false;
    std::optional<std::uint64_t> reserve_bytes;  // reserved for a full disk; absent: no reserve
    std::optional<bool> caches_trusted;
    std::optional<bool> redis_available;  // absent: there is no Redis
};

// Called on any loop; must not block.
class request_observer {
public:
    virtual ~request_observer() = default;
    // A request was answered with `status`, `took` after it had been read.
    virtual void request_done(route to, unsigned status, std::chrono::nanoseconds took) = 0;
    // `method` is one of the fixed words of mcp::exchange.
    virtual void mcp_message(std::string_view method, bool failed) = 0;
    // A request to an MCP URL or OAuth endpoint was refused because of its token or access token.
    virtual void token_refused() = 0;
    // Returns all counts, with the state `now`, in text exposition format 0.0.4.
    virtual std::string expose(const instance_state& state) = 0;
};

}  // namespace tollgate::server
