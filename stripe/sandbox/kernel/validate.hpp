// A request's parameters against the catalogue's facts.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The decoded tree as typed values: integers, booleans, arrays; null where the empty string unsets
// a field. Unknown names, missing required ones, wrong types, values outside an enum, strings over
// their limit and oversized metadata fail as Stripe's 400s. Parameters of the path are not looked
// for.
outcome<json> validate(const stripe::operation& op, const json& tree);

}  // namespace tollgate::sandbox
