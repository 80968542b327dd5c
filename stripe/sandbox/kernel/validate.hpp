// Checks a request's parameters against the catalogue.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The decoded tree as typed values: integers, booleans, arrays; null if the empty string unsets a
// field. Unknown names, missing required parameters, wrong types, values outside an enum, strings
// over their limit and oversized metadata fail with Stripe's 400s. Path parameters are not checked.
outcome<json> validate(const stripe::operation& op, const json& tree);

}  // namespace tollgate::sandbox
