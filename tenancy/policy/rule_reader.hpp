// Reads rules from JSON, as policies and guardrails are written.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

constexpr std::size_t rules_bytes_max = 65'536;  // of a policy as JSON

// The rules in `json`, a list of objects. Fails with invalid_argument at the first mistake, with
// the path of the wrong member below `field` ("rules[2].max_value.argument"): what is unknown,
// missing or of another type, and more than one condition in a rule.
base::result<std::vector<rule>> read_rules(std::string_view json, const std::string& field);

}  // namespace tollgate::tenancy
