// Which operations an MCP server has: one rule for listing, finding, describing and calling.
#pragma once
#include <cstdint>
#include <functional>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The facts about an operation that the filter uses.
tenancy::tool_facts facts_of(const operation& value);

enum class visibility : std::uint8_t {
    shown,           // may be listed, found, described and called
    test_mode_only,  // the filter allows it, but it is a test helper and the account is live:
                     // neither listed nor found; a call is refused with that reason
    hidden,          // it has no tool, or the filter hides it: unknown in every request
};

// The rule. Pure.
visibility visibility_of(const operation& value, const tenancy::tool_filter& filter,
                         tenancy::account_mode mode);
visibility visibility_of(const operation& value, const tenancy::grant& grant);

// True for visibility::shown.
bool is_visible(const operation& value, const tenancy::tool_filter& filter,
                tenancy::account_mode mode);

// True if only the declared tools of the grant's account are listed and called, as is always so for
// accounts of a service. Operations are then visible only to the calls that these tools make.
bool shows_declared_only(const tenancy::grant& grant);

using visible_rule = std::function<bool(const operation&)>;

// The operations that `grant` lists and finds: visibility::shown. `grant` outlives the rule.
visible_rule visible_to(const tenancy::grant& grant);

// The operations that `grant` accepts calls of: all except visibility::hidden. If the account does
// not allow a call, the call itself is refused. `grant` outlives the rule.
visible_rule callable_by(const tenancy::grant& grant);

}  // namespace tollgate::stripe
