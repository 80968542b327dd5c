// A hint for a list that has no filter with the given name.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/search_calls.hpp"

namespace tollgate::stripe {

// For a page whose rows have a field `name`, but whose tool has no such argument: one sentence on
// how to get rows with a certain value anyway, naming no tool for which `visible` is false. Empty
// if the rows have no such field, or the tool returns no rows. Pure.
std::string filter_hint(const operation& called, std::string_view name,
                        const visible_rule& visible);

}  // namespace tollgate::stripe
