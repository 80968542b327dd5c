// Rules on a whole declarations file: what belongs together, and what could be safer.
#pragma once
#include "stripe/declarations/map_reader.hpp"

namespace tollgate::stripe {

// Notes names that are there twice, parameters of paths that are not declared, limits that cannot
// be enforced, and wrong tiers. `permissions`: that member of the file, or null.
void check_document(const declaration_document& document, const base::yaml_node* permissions,
                    problem_list& problems);

// Notes what --strict calls a regret.
void note_regrets(const declaration_document& document, base::yaml_place top,
                  problem_list& problems);

}  // namespace tollgate::stripe
