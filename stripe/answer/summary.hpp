// The effect of a write in one sentence, with amounts in words.
#pragma once
#include <simdjson.h>

#include <string>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// "Refunded 5.00 USD of charge ch_1; refund re_1 is succeeded.": made from the answer only, so that
// it says what Stripe did and not what was requested. Empty for reads and for answers without
// money.
std::string summary_of(const operation& called, simdjson::dom::element answer);

}  // namespace tollgate::stripe
