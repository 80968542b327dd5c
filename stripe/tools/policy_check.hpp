// Evaluates the rules of a call's team, account and MCP server.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "stripe/tools/preparation.hpp"
#include "tenancy/policy/decide.hpp"

namespace tollgate::stripe {

struct rules_verdict {
    tenancy::decision decided;
    tenancy::call_charges charges;

    // True if no rule denies the call, and some need Stripe's state for a final decision.
    bool needs_state() const {
        return decided.outcome != tenancy::effect::deny && charges.needs.any();
    }
    // True if no rule denies the call, and some limit its data.
    bool limits_data() const {
        return decided.outcome != tenancy::effect::deny && !charges.scopes.empty();
    }
};

// Evaluates the rules for `call` at `now`, with Stripe's state if it was read; allowed if there are
// no rules. Pure.
rules_verdict ask_rules(const prepared_call& call, base::timestamp now);

// Charges the limits of `counts`. Returns the decision of the first one that refuses; nullopt if
// none does. The references live until it is done. Resumes on the caller's executor.
base::awaitable<std::optional<tenancy::decision>> charge_counts(
    const prepared_call& call, const std::vector<tenancy::call_count>& counts,
    const tool_services& services);

// The decision on every call of that tool, if the rules of `grant` refuse them all; otherwise
// nullopt.
std::optional<tenancy::decision> refused_for_good(const tenancy::grant& grant,
                                                  const operation& called);

// What is refused and why, with the rule and whose it is.
std::string denied_sentence(const tenancy::decision& decided);

// The same, and what to do about it.
std::string denied_advice(const tenancy::decision& decided);

// The text of the result for a read whose answer is outside the scope: {"error":{…}}.
std::string withheld_text(const tenancy::decision& decided);

// The text of the result for a call that the rules refuse: {"error":{…}}.
std::string denied_text(const tenancy::decision& decided);

}  // namespace tollgate::stripe
