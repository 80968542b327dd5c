// The four hints of a tool, from its kind and verb: the HTTP method alone does not distinguish a
// harmless POST from a payment.
#pragma once
#include "stripe/generator/model.hpp"

namespace tollgate::stripe::generator {

// read_only: list, get, search. destructive: deletes or ends something, cannot be undone, or moves
// money. idempotent: repeating the call changes nothing more (reads, updates, deletes). open_world:
// money or a message leaves the account.
annotations annotate(const model_operation& operation);

}  // namespace tollgate::stripe::generator
