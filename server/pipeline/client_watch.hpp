// Tells the tenancy which client was seen at which MCP server.
#pragma once
#include "server/pipeline/context.hpp"

namespace tollgate::server {

struct pipeline_services;

// What a message did that was answered with `status`: discovered, listed, or was refused. Calls are
// not noted here, for the audit log has them. `user_agent` names a client that does not name
// itself. Does not block.
void note_client(const pipeline_services& services, const tenancy::grant& grant,
                 const mcp::exchange& exchange, std::string_view user_agent, unsigned status);

// The same for a whole request, also one that was refused before it was given to the endpoint.
void note_client(const pipeline_services& services, const request_context& context,
                 unsigned status);

}  // namespace tollgate::server
