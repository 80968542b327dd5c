// Port: a Stripe account's payments, as the customers and orders of a company that keeps none.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/changes/orders.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

struct payment_page_request {
    std::string after;  // pi_…: the last payment of the previous page; or empty
    std::optional<base::timestamp> since{};  // only payments created then or later
    // The key of the payments' metadata that holds the order's id. If this is empty, or a payment
    // has no such key, the payment's own id is the order's.
    std::string id_key;
};

struct payer {
    storage::order_customer_row row;
    bool own_email = true;  // false: the address comes from a payment
    bool own_date = true;  // false: since the first payment of the page (guests, deleted customers)
};

// Newest first.
struct payment_page {
    std::vector<payer> customers;  // each customer once
    std::vector<storage::order_row> orders;
    std::int64_t not_paid = 0;  // payments without money received, which are left out
    // Payments with neither a customer nor an e-mail address, which are left out.
    std::int64_t no_customer = 0;
    std::string next;  // pi_…: `after` for the next page; empty: this is the last one
};

class payment_pages {
public:
    virtual ~payment_pages() = default;

    // Asks Stripe once. Fails with errc::limit_exceeded "rate_limited" (the gateway's limit on the
    // account) or "stripe_rate_limited", forbidden "credential_rejected" with
    // Stripe's words, not_found "no_such_payment" (`after`), and unavailable "stripe_unavailable".
    // Thread-safe; the awaitable resumes on the caller's executor. `account` lives until then.
    virtual base::awaitable<base::result<payment_page>> read(const account_access& account,
                                                             payment_page_request what) = 0;
};

// The id, made from the e-mail address, of a payer who is not a customer at Stripe.
std::string guest_id(const std::string& email);

}  // namespace tollgate::tenancy
