// The items of a subscription: a price, a quantity, and their period.
#pragma once
#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Fills a new subscription's items (and currency) from params["items"]. `trial_end` is 0 or the end
// of the first period.
outcome<bool> add_items(call& call, json& subscription, std::int64_t trial_end);

// Changes, adds and removes items according to params["items"], without proration.
outcome<bool> change_items(call& call, json& subscription);

// "1 × Pro Tier (at $49.00 / month)".
std::string describe_item(world& in, const json& item, bool trial);

}  // namespace tollgate::sandbox
