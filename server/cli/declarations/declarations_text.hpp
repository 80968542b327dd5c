// What the commands on declarations files print.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/cli/declarations/declarations_file.hpp"

namespace tollgate::server {

// "valid (Stripe, 5 capabilities)"; after a strict check also the number of regrets.
std::string valid_line(const declarations_file& file, bool strict);

// {"valid":…,"service":…,"capabilities":…,"errors":[…],"regrets":[…]} on one line.
std::string validation_json(const declarations_file& file);

// One line for each capability: its permission, name, request, operation and rules.
std::string inspection_text(const declarations_file& file);
// The same as one JSON object, with the tools as clients see them.
std::string inspection_json(const declarations_file& file);

// The arguments of a tool as a JSON object, from "name=value" texts: values are read by the
// declared type of the input; lists and objects are JSON. Fails with invalid_argument
// "bad_parameter".
base::result<std::string> arguments_of(const stripe::resolved_capability& one,
                                       const std::vector<std::string>& parameters);

}  // namespace tollgate::server
