// What a YAML scalar without quotes stands for, by the core schema of YAML 1.2 (§10.3.2): "no",
// "on", "09:00" and dates are text; only true and false are truths.
#pragma once
#include <string>

#include "base/result.hpp"
#include "base/yaml_tree.hpp"

namespace tollgate::base {

// The node of a scalar without quotes; it has no place yet. Whole numbers may be decimal, 0x1F or
// 0o17. Fails with invalid_argument "not_representable" for a number that has no JSON: a whole
// number beyond 64 bits, infinity, not a number.
result<yaml_node> plain_scalar(const std::string& text);

}  // namespace tollgate::base
