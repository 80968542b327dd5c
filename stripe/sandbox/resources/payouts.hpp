// Payouts: money that leaves for the bank.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Pays out every available balance transaction of `currency` that no payout has yet, as Stripe does
// by schedule; null when they do not sum to something. The transactions remember the payout.
json* automatic_payout(world& in, std::string_view currency, std::int64_t arrival);

}  // namespace tollgate::sandbox
