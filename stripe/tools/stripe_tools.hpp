// Stripe's operations as MCP tools: the catalogue through a grant's filter, and one request a call.
#pragma once
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// One per loop, beside that loop's upstream. References outlive it.
class stripe_tools final : public mcp::tool_provider {
public:
    stripe_tools(upstream& api, const base::clock& clock, base::logger& log);

    void append_tools(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::tool_result> call(const tenancy::grant& grant,
                                           mcp::tool_call call) override;

private:
    // The tool, or in `why` the sentence that says it is unknown or not exposed.
    const operation* find_exposed(const tenancy::grant& grant, std::string_view name,
                                  std::string& why) const;

    call_runner runner_;
    base::logger& log_;
};

// What the filter sees of an operation.
tenancy::tool_facts facts_of(const operation& value);

}  // namespace tollgate::stripe
