// What a v2 body sent, checked against the catalogue.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The body of a call of `op`: an object whose every member is a parameter of it, of that type.
// Integers are JSON numbers, decimals and times JSON strings; null is taken for a metadata key and
// for what the facts let be cleared. Fails as validate() does.
outcome<json> validate_json(const stripe::operation& op, const json& body);

}  // namespace tollgate::sandbox
