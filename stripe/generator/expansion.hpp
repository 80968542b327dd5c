// The values offered for a tool's argument `expand`.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// The paths of the answered object that expand in one hop, then the useful ones of a second hop, at
// most 25 in total; with `data.` in front for a page. Sorted. Empty if nothing expands.
std::vector<std::string> expand_paths(const model_operation& operation,
                                      const std::map<std::string, fact_object>& objects);

}  // namespace tollgate::stripe::generator
