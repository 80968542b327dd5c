// Checks a v2 body against the catalogue.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The body of a call of `op`: an object in which every member is a parameter of the right type.
// Integers are JSON numbers, decimals and times are JSON strings; null is accepted for a metadata
// key and for fields that can be cleared. Fails as validate() does.
outcome<json> validate_json(const stripe::operation& op, const json& body);

}  // namespace tollgate::sandbox
