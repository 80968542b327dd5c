// Whether the state of an account and its team lets a call run. Pure; sends nothing.
#pragma once
#include <string>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

struct upstream_response;

// Why `called` may not run for `grant` now, as the text of an error result: Stripe or the service
// refused the account's credential (no call may run), or writes are frozen (reads may run). Empty
// if it may.
std::string state_refusal(const operation& called, const tenancy::grant& grant);

// True if Stripe's answer says that it does not know the key. False if the key is only not allowed
// to act for the connected account of the request.
bool rejects_key(const upstream_response& answer);

}  // namespace tollgate::stripe
