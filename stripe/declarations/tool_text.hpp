// A declared tool as tools/list shows it.
#pragma once
#include <string>

#include "stripe/declarations/resolve.hpp"

namespace tollgate::stripe {

// One JSON object without white space: the declared texts and inputs with their limits, the
// arguments that the gateway adds, and hints that are never weaker than the operation's own.
std::string tool_text(const resolved_capability& one);

}  // namespace tollgate::stripe
