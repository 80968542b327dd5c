// Resources, prompts and completions of one Stripe account: what MCP offers besides tools, under
// the same rules.
#pragma once
#include "mcp/content_provider.hpp"
#include "stripe/content/resource_uri.hpp"
#include "stripe/operations/operations.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// One per loop, with that loop's upstream. References outlive it. A resource is read by the tool
// for its object, with the same filter, limits, format and refusals. Resources that the filter
// hides are not offered, and a request for one is refused and logged like a hidden tool.
class stripe_content final : public mcp::content_provider {
public:
    stripe_content(upstream& api, const tool_services& shared);

    void append_resources(const tenancy::grant& grant, std::string& out) const override;
    void append_templates(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::content_answer> read_resource(const tenancy::grant& grant,
                                                       mcp::resource_request request) override;

    void append_prompts(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::content_answer> get_prompt(const tenancy::grant& grant,
                                                    mcp::prompt_request request) override;

    void append_completions(const tenancy::grant& grant, const mcp::completion_request& request,
                            std::string& out) const override;

private:
    base::awaitable<mcp::content_answer> read(const tenancy::grant& grant,
                                              const mcp::resource_request& request,
                                              const requested_resource& requested);
    // The answer for a resource that the filter or a rule leaves out; recorded as the read it would
    // be.
    mcp::content_answer refused(const tenancy::grant& grant, const mcp::resource_request& request,
                                const resource_template& from);
    // The answer's text with the disputes of the charge added, if there are any that may be read.
    base::awaitable<void> add_disputes(const tenancy::grant& grant,
                                       const mcp::resource_request& request,
                                       const requested_resource& requested,
                                       mcp::tool_result& payment);

    // The company's orders of the customers with that e-mail address, in the form of
    // get_order_history; empty if there are none or the tool is not shown.
    base::awaitable<std::string> order_history(const tenancy::grant& grant,
                                               const mcp::resource_request& request,
                                               const requested_resource& requested);
    // The answer's text with the orders that the charge paid for added.
    base::awaitable<void> add_orders(const tenancy::grant& grant,
                                     const requested_resource& requested,
                                     mcp::tool_result& payment);

    std::vector<std::string> completions(const tenancy::grant& grant,
                                         const mcp::completion_request& request) const;

    call_runner runner_;
    const tool_services shared_;
    payment_operations operations_{runner_, shared_};
};

}  // namespace tollgate::stripe
