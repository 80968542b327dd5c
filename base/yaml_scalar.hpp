// The value of a YAML scalar without quotes, by the core schema of YAML 1.2 (§10.3.2): "no", "on",
// "09:00" and dates are text; only true and false are booleans.
#pragma once
#include <string>

#include "base/result.hpp"
#include "base/yaml_tree.hpp"

namespace tollgate::base {

// Returns the node of a scalar without quotes, with no place set. Whole numbers may be decimal,
// 0x1F or 0o17. Fails with invalid_argument "not_representable" for a number that JSON cannot
// represent or that does not fit: a whole number beyond 64 bits, infinity, or NaN.
result<yaml_node> plain_scalar(const std::string& text);

}  // namespace tollgate::base
