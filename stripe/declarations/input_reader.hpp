// Reads the inputs of a capability, and limits.
#pragma once
#include <string>

#include "stripe/declarations/map_reader.hpp"

namespace tollgate::stripe {

// The input in `node`, whose key is its name; its own limits are added to `constraints`. What is
// wrong is added to `problems`.
document_input read_input(const base::yaml_node& node, const std::string& path,
                          std::vector<document_constraint>& constraints, problem_list& problems);

// One entry of `constraints`; `input` is the input below which it stands, or empty.
document_constraint read_constraint(const base::yaml_node& node, const std::string& path,
                                    const std::string& input, problem_list& problems);

// True if the JSON `value`, a node of a file, is of that type.
bool is_of_type(const base::yaml_node& value, tenancy::declared_type type);

}  // namespace tollgate::stripe
