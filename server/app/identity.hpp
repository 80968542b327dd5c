// How every MCP server describes itself: title, version, instructions.
#pragma once
#include "base/clock.hpp"
#include "mcp/protocol/server_identity.hpp"

namespace tollgate::server {

// The title names the account and says whether it uses real money; the instructions end with
// today's date. `sandbox`: the gateway's own sandbox replaces Stripe. The clock outlives the
// result.
mcp::server_info identity_of_servers(const base::clock& clock, bool sandbox);

}  // namespace tollgate::server
