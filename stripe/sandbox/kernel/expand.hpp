// `expand`: replaces ids by objects, and adds lists that are left out by default.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Expands `answer` by every path of params["expand"]. Paths are checked against the catalogue first
// (even for empty lists): unknown paths and those deeper than four levels give Stripe's 400s.
outcome<json> expand_answer(call& call, json answer);

// Checks only the paths, before anything is changed.
outcome<bool> check_expand(const stripe::operation& op, const json& params);

// Removes the sandbox's own fields, at any depth.
void strip(json& answer);

}  // namespace tollgate::sandbox
