// Refuses amounts of a write that must be mistakes, before anything is sent.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// Finds the first amount among the arguments, at any depth, that is fractional; that is zero or
// negative without being an exception; or that is not valid in its currency (ISK and UGX, and
// payouts in HUF and TWD: whole hundreds; three-decimal currencies: the last digit must be 0).
// Nullopt for reads and test helpers. The failure is errc::invalid_argument "bad_amount" with the
// path of the argument. Values of the wrong type are left to the encoder.
std::optional<base::failure> wrong_amount(const given_arguments& given);

}  // namespace tollgate::stripe
