// Texts about a server's account for people and models: its name, and whether it uses real money.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "stripe/answer/answer.hpp"
#include "tenancy/rules/account_mode.hpp"

namespace tollgate::stripe {

// "Acme · test", "Acme · live", "Acme · sandbox"; empty without a name. `sandbox`: the gateway's
// own sandbox replaces Stripe.
std::string title_with_mode(std::string_view name, tenancy::account_mode mode, bool sandbox);

// Sentences with today's date in UTC and whether the account uses real money; valid until midnight.
std::string account_state_text(tenancy::account_mode mode, bool sandbox, base::timestamp now);

// The time until midnight in UTC.
std::chrono::milliseconds until_midnight(base::timestamp now);

// The same two facts for the header of an answer.
answer_setting account_setting(tenancy::account_mode mode, bool sandbox, base::timestamp now);

}  // namespace tollgate::stripe
