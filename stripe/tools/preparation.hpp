// From a call's arguments to the one request they mean: every rule that is checked before anything
// is sent, applied to arguments that are read once.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/cursor_seal.hpp"
#include "stripe/request/given_arguments.hpp"
#include "stripe/request/own_arguments.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// A call that may be sent, and all that is known of it while Stripe works on it: whatever handles
// the call later reads this and not its arguments. Refers to the grant, its account and `source`.
struct prepared_call {
    const tenancy::grant& grant;
    const operation& called;
    const mcp::tool_call& source;  // the tools/call that was read
    given_arguments arguments;
    own_arguments own;
    std::optional<aggregate_wish> wish;  // then request.target has no cursor
    cursor_binding binding;
    page_cursor page;  // the one asked for
    std::string target;
    std::string idempotency_key;
    bool key_given = false;    // by the caller; else it was made for this call
    upstream_request request;  // to be moved to the upstream
};

// A call that must not be sent.
struct call_refusal {
    // account, connected_account, arguments, filter, amount, cursor or idempotency_key.
    std::string_view rule;
    std::string text;  // the tool's: {"error":{…}}
};

using preparation = std::variant<prepared_call, call_refusal>;

// Reads a call of `called`, which the caller found to be visible to `grant`, with `call.arguments`
// (call.name is not looked at), applies every rule, and charges no limit. Fails with the refusal of
// the first rule that the call breaks. Pure but for a random idempotency key; any thread. What it
// returns refers to `grant` and `call`.
preparation read_call(const tenancy::grant& grant, const operation& called,
                      const mcp::tool_call& call, const tool_services& services);

}  // namespace tollgate::stripe
