// What a client that asked for debug messages is told of a request to Stripe (MCP
// server/utilities/logging).
#pragma once
#include <chrono>

#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// `method` as HTTP spells it. Method, path template, status or failure, milliseconds, Stripe's
// request id: nothing that the call or the answer holds. Call only when monitor.logs(debug).
void log_exchange(mcp::call_monitor& monitor, std::string_view method, const operation& called,
                  const base::result<upstream_response>& sent,
                  std::chrono::steady_clock::duration took);

}  // namespace tollgate::stripe
