// Stripe's operations as MCP tools: the catalogue through a grant's filter, listed in full or
// behind search tools, and one request per call.
#pragma once
#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/declarations/declared_calls.hpp"
#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/search_tools.hpp"
#include "stripe/operations/operations.hpp"
#include "stripe/research/research.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// One per loop, with that loop's upstream. References outlive it.
class stripe_tools final : public mcp::tool_provider {
public:
    stripe_tools(upstream& api, const tool_services& shared);

    void append_tools(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::tool_answer> call(const tenancy::grant& grant,
                                           mcp::tool_call call) override;

    // Calls that wait for approval are tasks.
    bool has_tasks() const override { return true; }
    base::awaitable<base::result<mcp::found_task>> find_task(const tenancy::grant& grant,
                                                             std::string id) override;
    base::awaitable<base::result<>> cancel_task(const tenancy::grant& grant,
                                                std::string id) override;

private:
    // A call of a tool that is not declared.
    base::awaitable<mcp::tool_answer> call_other(const tenancy::grant& grant, mcp::tool_call& call);
    base::awaitable<mcp::tool_answer> call_search_tool(const tenancy::grant& grant,
                                                       search_tool which, mcp::tool_call& call);
    base::result<std::string> describe(const tenancy::grant& grant, const mcp::tool_call& call);
    // Replaces `call` with the call of the operation that its arguments name.
    base::awaitable<mcp::tool_answer> call_wrapped(const tenancy::grant& grant, search_tool through,
                                                   mcp::tool_call& call);
    void note_refusal(const tenancy::grant& grant, const mcp::tool_call& call);
    // Makes the audit record of a call that the gateway answers itself.
    void note_own_tool(const tenancy::grant& grant, const mcp::tool_call& call);

    call_runner runner_;
    const tool_services shared_;
    research research_{runner_, shared_};
    payment_operations operations_{runner_, shared_};
    declared_calls declared_{runner_, shared_};
    mutable list_cache lists_;
    simdjson::dom::parser parser_;  // for the catalogue's texts
};

}  // namespace tollgate::stripe
