// Payouts: money sent to the bank.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Pays out every available balance transaction of `currency` that is in no payout yet, like
// Stripe's schedule; null if their sum is not positive. The transactions record the payout.
json* automatic_payout(world& in, std::string_view currency, std::int64_t arrival);

}  // namespace tollgate::sandbox
