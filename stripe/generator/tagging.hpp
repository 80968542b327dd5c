// The functional areas of an operation, by which `config.tags` filters.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/facts.hpp"

namespace tollgate::stripe::generator {

// Tags by weight, without duplicates; empty for a resource without a rule (a build error for the
// caller).
std::vector<std::string> tag_operation(const fact_operation& operation);

}  // namespace tollgate::stripe::generator
