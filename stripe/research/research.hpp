// The tools search and fetch: several Stripe searches combined into the single list that deep
// research reads, and one object with its dashboard address.
#pragma once
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/listing/research_tools.hpp"
#include "stripe/research/research_plan.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"

namespace tollgate::stripe {

constexpr std::size_t research_query_bytes_max = 500;
constexpr std::int64_t research_rows_max = 10;  // of each search

// One per loop. References outlive it. Every request to Stripe is a normal call: of a tool that the
// filter allows, charged to the limits, shaped and redacted.
class research {
public:
    research(call_runner& runner, const tool_services& shared) : runner_(runner), shared_(shared) {}

    // Runs one of the tools, which the caller has found to be visible to `grant`. Never throws
    // because of input; all references and the views in `call` live until completion.
    base::awaitable<mcp::tool_result> run(const tenancy::grant& grant, research_tool which,
                                          const mcp::tool_call& call);

private:
    struct findings;

    base::awaitable<mcp::tool_result> search(const tenancy::grant& grant,
                                             const mcp::tool_call& call);
    base::awaitable<mcp::tool_result> fetch(const tenancy::grant& grant,
                                            const mcp::tool_call& call);
    // The answer for objects that the filter or a rule leaves out; recorded as the read it would
    // be.
    mcp::tool_result refused(const tenancy::grant& grant, const mcp::tool_call& call,
                             const main_object& object);
    // Makes one request; true if another one may follow.
    base::awaitable<bool> add_one(const tenancy::grant& grant, const mcp::tool_call& call,
                                  const main_object& object, std::string_view id, findings& into);
    base::awaitable<bool> add_found(const tenancy::grant& grant, const mcp::tool_call& call,
                                    const planned_search& planned, findings& into);
    base::awaitable<void> add_of_customer(const tenancy::grant& grant, const mcp::tool_call& call,
                                          std::string_view email, findings& into);

    call_runner& runner_;
    const tool_services& shared_;
};

}  // namespace tollgate::stripe
