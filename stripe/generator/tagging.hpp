// The functional areas of an operation: what `config.tags` filters by.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/facts.hpp"

namespace tollgate::stripe::generator {

// Tags in order of weight, without repetition; empty for a resource no rule knows (a build error
// for the caller).
std::vector<std::string> tag_operation(const fact_operation& operation);

}  // namespace tollgate::stripe::generator
