// Checks of what the gateway needs from the network, and of what clients see of it.
#pragma once
#include <string>

#include "server/cli/checks/finding.hpp"
#include "server/config/config.hpp"

namespace tollgate::server::checks {

// The gateway on this machine: running and ready, or its address free. Blocks.
finding check_running(const config& value);

// Stripe's address, and this machine's clock against Stripe's. Blocks.
findings check_stripe(const config& value);

// The public URL: its TLS, and whether it leads to a gateway. Blocks.
finding check_public_address(const config& value);

// Whether a header with a credential passes what stands before the gateway at the public URL.
// Skipped without a public URL. Blocks.
finding check_authorization_header(const config& value);

// With an MCP URL: both eras of the protocol, whose headers proxies drop, and streams. Blocks.
findings check_mcp_url(const std::string& url);

// What each client needs that these settings do not give.
findings check_clients(const config& value);

}  // namespace tollgate::server::checks
