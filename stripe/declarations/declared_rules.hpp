// The limits of a capability as rules on the calls of its operation.
#pragma once
#include <string>
#include <vector>

#include "stripe/declarations/resolve.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::stripe {

// The rules of `one`, ready to be asked; null, with what is wrong in `problems`, if a limit cannot
// be enforced on the operation. Their ids begin with the capability's name; what they count, they
// count for the account. Pure.
std::shared_ptr<const tenancy::policy> declared_rules(const resolved_capability& one,
                                                      const tenancy::tool_directory& directory,
                                                      const tenancy::declarations_place& place,
                                                      std::vector<document_problem>& problems);

}  // namespace tollgate::stripe
