// What the state of an account and its team lets a call do: pure, nothing is sent.
#pragma once
#include <string>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

struct upstream_response;

// Why `called` may not run for `grant` now, as the text of an error result: Stripe refused the
// account's credential (no call may), or writes are frozen (reads may). Empty when it may.
std::string state_refusal(const operation& called, const tenancy::grant& grant);

// True when Stripe says that it does not know the key; not when the key may only not act for the
// connected account it was sent with.
bool rejects_key(const upstream_response& answer);

}  // namespace tollgate::stripe
