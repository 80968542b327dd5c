// What people and models are told of the account behind a server: its name, and whether money is
// real.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "stripe/answer/answer.hpp"
#include "tenancy/rules/account_mode.hpp"

namespace tollgate::stripe {

// "Acme · test", "Acme · live", "Acme · sandbox"; empty without a name. `sandbox`: the gateway's
// own sandbox stands in for Stripe.
std::string title_with_mode(std::string_view name, tenancy::account_mode mode, bool sandbox);

// Today's date in UTC and whether money is real, in sentences that hold until midnight.
std::string account_state_text(tenancy::account_mode mode, bool sandbox, base::timestamp now);

// How long it is until midnight in UTC.
std::chrono::milliseconds until_midnight(base::timestamp now);

// The same two facts for the head of an answer.
answer_setting account_setting(tenancy::account_mode mode, bool sandbox, base::timestamp now);

}  // namespace tollgate::stripe
