// The query of a target: decoded names and values, each name once.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::admin {

using query_values = std::map<std::string, std::string, std::less<>>;

// Decodes "a=1&b=x%20y". Fails with invalid_argument: "unknown_parameter" (suggests the nearest of
// `known`), "repeated_parameter", "malformed_query" (a stray %).
base::result<query_values> parse_query(std::string_view query,
                                       std::initializer_list<std::string_view> known);

}  // namespace tollgate::admin
