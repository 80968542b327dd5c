// Expansions that an answer is not much use without: Stripe leaves them out unless they are asked
// for.
#pragma once
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/encoder.hpp"
#include "stripe/request/own_arguments.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// Adds to `request` the expansion that answers of `called` are shown with: the payments of
// invoices, the line items of one payment link. Adds nothing where the call asks for it itself or
// does not show it, where the grant may not read what it holds, and in raw mode. Does not fail.
void add_usual_expansion(const tenancy::grant& grant, const operation& called,
                         const own_arguments& own, encoded_request& request);

}  // namespace tollgate::stripe
