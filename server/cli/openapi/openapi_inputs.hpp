// The parameters and the body of an operation as the inputs of a capability.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "server/cli/openapi/openapi_operations.hpp"

namespace tollgate::server {

// The input for the parameter {name} of a path: any name is good there, since the place in the path
// says which parameter it is.
std::string path_input_name(std::string_view name);

// Adds the inputs of `entry` to `into`, and limits to the listed values of integers; says in its
// `json_body` how the body is written. What is optional and cannot be said goes to `left_out`.
// Fails with the reason if that is required.
base::result<> read_openapi_inputs(const openapi_document& in, const openapi_entry& entry,
                                   written_capability& into,
                                   std::vector<openapi_left_out>& left_out);

}  // namespace tollgate::server
