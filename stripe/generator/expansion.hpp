// What the argument `expand` of a tool offers.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// The paths of the answered object that expand in one hop, then the useful ones of a second hop, up
// to 25 in all; with `data.` in front for a page. Sorted. Empty when nothing expands.
std::vector<std::string> expand_paths(const model_operation& operation,
                                      const std::map<std::string, fact_object>& objects);

}  // namespace tollgate::stripe::generator
