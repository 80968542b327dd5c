// Reads the condition of a rule.
#pragma once
#include <cstdint>
#include <memory>
#include <re2/re2.h>
#include <string>

#include "base/json_reader.hpp"
#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

constexpr std::int64_t text_length_max = 100'000;  // that max_length may name

// A regular expression as a rule compiles it; nothing if a rule would refuse it for its length. Not
// ok() if RE2 does not take it, or it needs too much memory.
std::shared_ptr<const re2::RE2> compiled_pattern(const std::string& text);

// The one condition among the members of the rule that `in` reads; `every_call` if there is none.
// `in` remembers the first mistake, among them "several_conditions".
condition read_condition(base::json_reader& in);

}  // namespace tollgate::tenancy
