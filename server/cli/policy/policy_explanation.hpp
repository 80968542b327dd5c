// What the rules of a file say about one call.
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tenancy/policy/decision.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::server {

struct policy_explanation {
    tenancy::effect effect = tenancy::effect::allow;
    std::string text;  // lines "name: value"
};

// Asks `rules`, as the guardrails of an MCP server, about a call of `tool` at `now`. `arguments` is
// a JSON object; it is not checked against what Stripe takes. Limits that count (max_calls, cap)
// are named, not decided: how much of them is used is known to the gateway alone. Fails with
// invalid_argument "unknown_tool" and "bad_arguments".
base::result<policy_explanation> explain_by_rules(std::shared_ptr<const tenancy::policy> rules,
                                                  const tenancy::tool_directory& tools,
                                                  const std::string& tool,
                                                  const std::string& arguments,
                                                  base::timestamp now);

}  // namespace tollgate::server
