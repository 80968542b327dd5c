// `expand`: ids that become objects, and lists that are left out until asked for.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Expands `answer` by every path of params["expand"]. Paths are checked against the catalogue
// first (also for empty lists): wrong ones and those deeper than four levels are Stripe's 400s.
outcome<json> expand_answer(call& call, json answer);

// Checks the paths alone, before anything is changed.
outcome<bool> check_expand(const stripe::operation& op, const json& params);

// Takes the sandbox's own fields out, at any depth.
void strip(json& answer);

}  // namespace tollgate::sandbox
