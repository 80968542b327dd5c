// Finds the operation with a given name for a grant, or says why there is none.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/visibility.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The tool with that name if `grant` accepts calls of it; otherwise null, and in `why` a sentence
// that says it is unknown or not exposed.
const operation* find_exposed(const tenancy::grant& grant, std::string_view name, std::string& why);

// The part of the grant that hides an exposed operation: methods, tags, allow, deny or test_mode;
// empty if it is visible.
std::string_view why_hidden(const operation& one, const tenancy::grant& grant);

}  // namespace tollgate::stripe
