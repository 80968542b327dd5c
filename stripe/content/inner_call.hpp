// A tool call that the gateway makes for a client while it handles another request.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/tools/call_runner.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// Facts about the request that needs the call. Views live until the call is done.
struct inner_call_facts {
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;
    std::string_view client{};      // as mcp::tool_call
    std::string_view mcp_method{};  // that led to the call
};

// Runs `called`, a read that the caller has checked to be visible to `grant`, with the JSON object
// `arguments`: prepared, charged to the limits, sent and shaped like a tools/call. The references
// live until it is done. Throws std::bad_variant_access for a write that a person must approve,
// because no person can be asked here.
base::awaitable<mcp::tool_result> run_inner(call_runner& runner, const tenancy::grant& grant,
                                            const operation& called, std::string arguments,
                                            inner_call_facts facts);

}  // namespace tollgate::stripe
