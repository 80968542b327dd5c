// MCP state shared by all loops, besides open streams: long calls, questions to clients, sessions.
#pragma once
#include <optional>

#include "mcp/endpoint.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::server {

// App-lifetime, thread-safe once open() was called.
class mcp_state {
public:
    // Takes the keys that seal the state carried by clients. Call once, before parts(); `clock`
    // outlives this.
    void open(const tenancy::vault& secrets, const base::clock& clock);

    // For every loop's endpoint. `content` may be null.
    mcp::endpoint_parts parts(mcp::content_provider* content);

    // Ends the long calls of a server or token that has ended. Any thread, does not block.
    void sever(const tenancy::server_event& event);

    mcp::cancellations cancelled;
    mcp::session_registry sessions;
    mcp::questions asked;

private:
    std::optional<mcp::input_seal> inputs_;
    std::optional<mcp::session_ids> ids_;
    std::optional<mcp::session_methods> methods_;
};

}  // namespace tollgate::server
