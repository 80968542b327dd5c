// The rules for records.
#pragma once
#include "stripe/generator/composer.hpp"
#include "stripe/generator/model.hpp"
#include "stripe/generator/records.hpp"

namespace tollgate::stripe::generator {

// Complaints, each with file and key, about a text that is too long (120 letters for a parameter),
// gives orders to the model, or has an unknown placeholder; and about a key that matches no
// operation, resource, verb or parameter.
complaints lint(const model& all, const records& from);

}  // namespace tollgate::stripe::generator
