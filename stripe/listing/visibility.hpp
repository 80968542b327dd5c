// Which operations an MCP server has at all: one rule for listing, finding, describing and calling.
#pragma once
#include <cstdint>
#include <functional>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// What the filter sees of an operation.
tenancy::tool_facts facts_of(const operation& value);

enum class visibility : std::uint8_t {
    shown,           // listed, found, described and called
    test_mode_only,  // the filter passes it, but it is a test helper and the account is live: not
                     // listed or found; a call is refused with the reason
    hidden,          // no tool, or left out by the filter: unknown to every request
};

// The rule. Pure.
visibility visibility_of(const operation& value, const tenancy::tool_filter& filter,
                         tenancy::account_mode mode);
visibility visibility_of(const operation& value, const tenancy::grant& grant);

// True for visibility::shown.
bool is_visible(const operation& value, const tenancy::tool_filter& filter,
                tenancy::account_mode mode);

using visible_rule = std::function<bool(const operation&)>;

// What `grant`, which outlives the rule, lists and finds: visibility::shown.
visible_rule visible_to(const tenancy::grant& grant);

// What `grant`, which outlives the rule, takes calls of: all but visibility::hidden. Where the
// account is not fit for a call, the call says so itself.
visible_rule callable_by(const tenancy::grant& grant);

}  // namespace tollgate::stripe
