// Expansions that make an answer useful, although Stripe leaves them out by default.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/encoder.hpp"
#include "stripe/request/own_arguments.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// Adds the default expansion of `called` to `request`: the payments of invoices, the line items of
// one payment link. Adds nothing if the call expands it itself or does not show it, if the grant
// may not read the expanded objects, or in raw mode. Does not fail.
void add_usual_expansion(const tenancy::grant& grant, const operation& called,
                         const own_arguments& own, encoded_request& request);

}  // namespace tollgate::stripe
