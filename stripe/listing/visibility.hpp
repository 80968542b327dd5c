// Which operations an MCP server has at all: the rule of listing, finding and describing.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// What the filter sees of an operation.
tenancy::tool_facts facts_of(const operation& value);

// Exposed, let through by the filter, and not a test helper where the account is live.
bool is_visible(const operation& value, const tenancy::tool_filter& filter,
                tenancy::account_mode mode);

}  // namespace tollgate::stripe
