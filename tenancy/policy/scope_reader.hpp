// Reads the condition "scope" of a rule.
#pragma once
#include "base/json_reader.hpp"
#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

// The scope in the member `name` of the rule that `in` reads, an object. `in` remembers the first
// mistake.
data_scope read_scope(base::json_reader& in, const char* name, const base::json& object);

}  // namespace tollgate::tenancy
