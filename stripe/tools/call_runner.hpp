// One call of one operation: from checked arguments to Stripe's answer as a tool result. Used for
// tools called by name and for those called through the search tools alike.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/call/cursor_seal.hpp"
#include "stripe/call/own_arguments.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// One per loop, beside that loop's upstream. References outlive it.
class call_runner {
public:
    call_runner(upstream& api, const tool_services& shared) : api_(api), shared_(shared) {}

    // Runs `called`, which the caller found to be visible to `grant`, with `call.arguments`
    // (call.name is not looked at). Never throws for input. All references and the views in `call`
    // live until completion.
    base::awaitable<mcp::tool_result> run(const tenancy::grant& grant, const operation& called,
                                          mcp::tool_call call);

private:
    // What is known of a call while Stripe works on it.
    struct running {
        const tenancy::grant& grant;
        const operation& called;
        own_arguments own;
        cursor_binding binding;
        page_cursor page;  // the one asked for
        std::string target;
        std::string idempotency_key;
    };

    // Puts what the gateway's arguments mean to Stripe into the request, cursor included.
    base::result<> apply(running& call, std::string& target) const;
    // The call's aggregate: totals over many pages. `request` has no cursor.
    base::awaitable<mcp::tool_result> total(const running& call, aggregate_wish wish,
                                            upstream_request request, mcp::call_monitor* monitor);
    base::awaitable<mcp::tool_result> send(const running& call, upstream_request request);
    // The result of a request that was sent, answered or not.
    mcp::tool_result finish(const running& call, base::result<upstream_response> sent);
    mcp::tool_result answer(const running& call, const upstream_response& answer);
    std::optional<std::string> success(const running& call, const upstream_response& answer);
    // What a search should say of a write just made; and what is remembered of a write.
    std::vector<std::string> freshness(const running& call);

    upstream& api_;
    const tool_services shared_;
    simdjson::dom::parser parser_;  // for answers: used and done with between two suspensions
};

}  // namespace tollgate::stripe
