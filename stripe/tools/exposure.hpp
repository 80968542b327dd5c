// The operation that a name means to a grant, and why it has none.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/visibility.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The tool of that name if `grant` takes calls of it, or null and in `why` the sentence that says
// it is unknown or not exposed.
const operation* find_exposed(const tenancy::grant& grant, std::string_view name, std::string& why);

// The part of the grant that hides an exposed operation: methods, tags, allow, deny or test_mode;
// empty when it is visible.
std::string_view why_hidden(const operation& one, const tenancy::grant& grant);

}  // namespace tollgate::stripe
