// Reads the condition of a rule.
#pragma once
#include "base/json_reader.hpp"
#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

// The one condition among the members of the rule that `in` reads; `every_call` if there is none.
// `in` remembers the first mistake, among them "several_conditions".
condition read_condition(base::json_reader& in);

}  // namespace tollgate::tenancy
