// Which operations a grant has: to be seen, to be called, and why not.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/search_calls.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// What `grant`, which outlives the rule, lists and finds.
visible_rule visible_to(const tenancy::grant& grant);

// What the filter lets through. Where the account is not fit for a call, the call says so itself.
visible_rule callable_by(const tenancy::grant& grant);

// The tool, or null and in `why` the sentence that says it is unknown or not exposed.
const operation* find_exposed(const tenancy::grant& grant, std::string_view name, std::string& why);

// The part of the grant that hides an exposed operation: methods, tags, allow, deny or test_mode;
// empty when it is visible.
std::string_view why_hidden(const operation& one, const tenancy::grant& grant);

}  // namespace tollgate::stripe
