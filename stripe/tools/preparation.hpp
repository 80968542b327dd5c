// Turns a call's arguments into one request: reads the arguments once, and applies every rule
// before anything is sent.
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
#include "stripe/scope/scoped_body.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/orders/order_refund.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// A call that may be sent, and everything needed to handle its answer; later code reads this, never
// the arguments. Refers to the grant, its account and `source`.
struct prepared_call {
    const tenancy::grant& grant;
    const operation& called;
    const mcp::tool_call& source;  // the tools/call that was read
    given_arguments arguments;
    own_arguments own;
    std::optional<aggregate_request> aggregate;  // if set, request.target has no cursor
    cursor_binding binding;
    page_cursor page;  // the requested page
    std::string target;
    // For writes: their receipt's id, and the operation key, which is the caller's or the receipt's
    // id.
    std::string receipt_id;
    std::string operation_key;
    bool key_given = false;        // given by the caller
    std::string write_note{};      // a sentence about an equal write, for the answer; or empty
    bool outcome_unknown = false;  // of a write that was sent: whether it was executed is not known
    std::vector<tenancy::call_count> counts{};    // limits on the number of calls
    std::vector<tenancy::cap_use> caps{};         // of a write: what it uses of caps
    std::optional<tenancy::state_facts> state{};  // Stripe's state, if rules asked for it
    data_limits data{};      // rules that limit which data may be used and shown
    scoped_body narrowed{};  // the answer as limited by these rules; its text is moved
    std::optional<limit_state> charged{};          // the gateway's own limits, once charged
    std::optional<tenancy::order_refund> order{};  // the order that a refund belongs to
    upstream_request request;                      // moved to the upstream
    // The declared tool that makes the call; its rules also apply. Part of the grant.
    const tenancy::declared_tool* declared = nullptr;
};

// A call that may not be sent.
struct call_refusal {
    // frozen, account, connected_account, arguments, filter, amount, cursor or operation_key.
    std::string_view rule;
    std::string text;          // for the tool's result: {"error":{…}}
    std::string_view layer{};  // frozen; empty for all other rules
};

using preparation = std::variant<prepared_call, call_refusal>;

// Reads a call of `called`, which the caller has checked to be visible to `grant`, with
// `call.arguments` (call.name is ignored), and applies every rule, but charges no limit. Fails with
// the refusal of the first rule that the call breaks. Pure except for the random id of a receipt;
// any thread. The result refers to `grant` and `call`.
preparation read_call(const tenancy::grant& grant, const operation& called,
                      const mcp::tool_call& call, const tool_services& services);

}  // namespace tollgate::stripe
