// Tells the tenancy which client was seen at which MCP server.
#pragma once
#include "server/pipeline/context.hpp"

namespace tollgate::server {

struct pipeline_services;

// What HTTP says of the client that sent a message.
struct client_origin {
    std::string_view user_agent;  // names a client that does not name itself
    std::string_view address;     // of its network; only that network is kept
};

// What a message did that was answered with `status`: discovered, listed, or was refused. Of calls,
// which the audit log has, only the network is noted, when it is new. Does not block.
void note_client(const pipeline_services& services, const tenancy::grant& grant,
                 const mcp::exchange& exchange, const client_origin& origin, unsigned status);

// The same for a whole request, also one that was refused before it was given to the endpoint.
void note_client(const pipeline_services& services, const request_context& context,
                 unsigned status);

}  // namespace tollgate::server
