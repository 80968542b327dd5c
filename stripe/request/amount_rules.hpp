// Amounts of a write that cannot be meant: refused before anything is sent.
#pragma once
#include <simdjson.h>

#include <optional>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// The first amount among `arguments`, at any depth, that is fractional, zero or negative where the
// table of exceptions does not allow it, or that its currency cannot have (ISK and UGX, and payouts
// in HUF and TWD: whole hundreds; three-decimal currencies: the last digit 0). Nothing for reads
// and test helpers. The failure is errc::invalid_argument "bad_amount" with the path of the
// argument. Values of the wrong type are left to the encoder.
std::optional<base::failure> wrong_amount(const operation& called, simdjson::dom::object arguments);

}  // namespace tollgate::stripe
