// From model and records to tools: what is exposed, its title and description, and the JSON of
// tools/list.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/model.hpp"
#include "stripe/generator/records.hpp"

namespace tollgate::stripe::generator {

// A composed text that breaks a rule; empty when all is well.
using complaints = std::vector<std::string>;

// Decides for every exposable operation whether its records suffice, marks the documented
// arguments, and fills title, tool_json, hidden and hidden_arguments. An operation is exposed when
// its resource record exists, its verb record (or an own title and text) exists, and every required
// argument has a text; an optional argument without one is left out. Schemas of tools over 14 KiB
// lose depth until they fit. Returns what is wrong with the composed texts.
complaints compose_tools(model& all, const records& from);

}  // namespace tollgate::stripe::generator
