// What to do where a list has no filter of the name that was tried.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/search_calls.hpp"

namespace tollgate::stripe {

// For a page of rows that have a field `name`, but whose tool has no such argument: how to come by
// rows with a certain value all the same, in one sentence that names no tool for which `visible` is
// false. Empty when the rows have no such field, or the tool gives no rows. Pure.
std::string filter_hint(const operation& called, std::string_view name,
                        const visible_rule& visible);

}  // namespace tollgate::stripe
