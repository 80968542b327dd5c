// Makes tools from model and records: what is exposed, its title and description, and the JSON of
// tools/list.
#pragma once
#include <string>
#include <vector>

#include "stripe/generator/model.hpp"
#include "stripe/generator/records.hpp"

namespace tollgate::stripe::generator {

// Composed texts that break a rule; empty if there are none.
using complaints = std::vector<std::string>;

// Decides for every exposable operation whether its records are sufficient, marks the documented
// arguments, and fills title, tool_json, hidden and hidden_arguments. An operation is exposed if
// its resource record exists, its verb record (or its own title and text) exists, and every
// required argument has a text; an optional argument without a text is left out. Schemas of tools
// over 14 KiB lose depth until they fit. Returns complaints about the composed texts.
complaints compose_tools(model& all, const records& from);

}  // namespace tollgate::stripe::generator
