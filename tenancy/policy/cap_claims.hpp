// What a call would take of a cap.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "storage/cap_rows.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::tenancy {

// The claims of `call` on a cap of the rule `one` of `of`, to be reserved before it is sent. An
// amount whose currency the call does not name is claimed in every currency of the cap: the outcome
// says which one it was. A negative amount moves as much as a positive one. Empty if the call takes
// nothing. A violation if the amount cannot be known or has no limit, as for max_value.
std::variant<std::vector<storage::cap_claim>, violation> claims_of(const policy& of,
                                                                   const ready_rule& one,
                                                                   const cap_limit& limit,
                                                                   const call_facts& call,
                                                                   const top_names& top);

// The name under which a cap is counted.
std::string cap_name(const policy& of, const rule& one, const cap_limit& limit,
                     const call_facts& call);

}  // namespace tollgate::tenancy
