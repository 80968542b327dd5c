// One call of one operation: from checked arguments to Stripe's answer as a tool result. Used for
// tools called by name and for those called through the search tools alike.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// One per loop, beside that loop's upstream. References outlive it.
class call_runner {
public:
    call_runner(upstream& api, const base::clock& clock) : api_(api), clock_(clock) {}

    // Runs `called`, which the caller found to be visible to `grant`, with `call.arguments`
    // (call.name is not looked at). Never throws for input. All references and the views in `call`
    // live until completion.
    base::awaitable<mcp::tool_result> run(const tenancy::grant& grant, const operation& called,
                                          mcp::tool_call call);

private:
    base::awaitable<mcp::tool_result> send(const tenancy::grant& grant, const operation& called,
                                           upstream_request request);
    mcp::tool_result answer(const tenancy::grant& grant, const operation& called,
                            const upstream_response& answer, std::string_view target,
                            std::string_view idempotency_key);

    upstream& api_;
    const base::clock& clock_;
    simdjson::dom::parser parser_;  // for answers: used and done with between two suspensions
};

}  // namespace tollgate::stripe
