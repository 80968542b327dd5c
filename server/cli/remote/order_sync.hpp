// The command `orders sync`: fills an account's orders from its payments at Stripe.
#pragma once
#include <string>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

struct order_sync_options {
    std::string account;  // ia_…
    std::string after;    // pi_…: goes on after that payment; empty: from the newest
    std::string since;    // as it was given: a time, or a date; empty: all payments
    std::string id_from;  // a key of the payments' metadata; empty: a payment's id is its order's
    bool json = false;
};

// Asks for one page after the other and shows how many payments were read; waits while a rate limit
// is used up, two minutes at most for a page. Fails as admin_client::call(), and with
// errc::unavailable "unreadable_answer"; what was filled before stays, and the failure says where
// to go on.
base::result<int> sync_orders(const admin_client& gateway, const order_sync_options& what);

}  // namespace tollgate::server
