// Whether a rule can ever do what it says: a rule that cannot is refused as a mistake.
#pragma once
#include <span>
#include <string>

#include "base/result.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::tenancy {

// Fails with invalid_argument if nothing that calls can give would make a difference to `one`,
// whose place is `field`:
//   "only_reads": it asks for approval, or counts writes, and all of its tools only read
//   "no_such_value": none of its arguments can have a value that it lists (suggests the nearest
//   one) "matches_no_value": none of their values has the prefix or matches the pattern
//   "not_a_number": it compares with a number, and none of its arguments can be one
//   "no_such_currency": money does not move in a currency that it names
//   "no_such_argument": it is about calls that give an argument that none of its tools has
base::result<> check_possible(const ready_rule& one, const tool_directory& tools,
                              const std::string& field);

// Fails with invalid_argument "no_value_left" if no number can keep both to `one` and to a rule of
// `before`: at least 600, and at most 500.
base::result<> check_together(std::span<const ready_rule> before, const ready_rule& one,
                              const std::string& field);

}  // namespace tollgate::tenancy
