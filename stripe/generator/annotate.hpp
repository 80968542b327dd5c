// The four hints of a tool, from its kind and verb: HTTP methods do not tell a harmless POST from a
// payment.
#pragma once
#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// read_only: list, get, search. destructive: deletes, ends or cannot be taken back, or moves money.
// idempotent: the same call again changes nothing more (reads, updates, deletes). open_world: money
// or a message leaves the account.
annotations annotate(const model_operation& operation);

}  // namespace tollgate::stripe::generator
