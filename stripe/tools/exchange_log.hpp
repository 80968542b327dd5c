// Debug messages about requests to Stripe, for clients that asked for them (MCP
// server/utilities/logging).
#pragma once
#include <chrono>

#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// `method` as in HTTP. Sends method, path template, status or failure, milliseconds and Stripe's
// request id, but nothing from the call or the answer. Call only if monitor.logs(debug).
void log_exchange(mcp::call_monitor& monitor, std::string_view method, const operation& called,
                  const base::result<upstream_response>& sent,
                  std::chrono::steady_clock::duration took);

}  // namespace tollgate::stripe
