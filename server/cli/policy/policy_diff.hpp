// What two policy files say differently, rule by rule.
#pragma once
#include <string>

#include "server/cli/policy/policy_file.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::server {

// Lines for people: "+ ID" for a rule that only `after` has, "- ID" for one that only `before` has,
// "~ ID" with the members that changed, and to how many tools each applies; "order" if rules that
// both have are asked in another order. Empty if both say the same. Pure.
std::string policy_diff(const policy_file& before, const policy_file& after,
                        const tenancy::tool_directory& tools);

}  // namespace tollgate::server
