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
    std::string after;                       // pi_…: the last payment of the page before; or empty
    std::optional<base::timestamp> since{};  // no payment that was created before
    // The key of the payments' metadata that holds the order's id; empty, or absent in a payment:
    // the payment's own id is the order's.
    std::string id_key;
};

struct payer {
    storage::order_customer_row row;
    bool own_email = true;  // false: the address is a payment's
    bool own_date = true;  // false: since the first payment of the page (guests, deleted customers)
};

// Newest first.
struct payment_page {
    std::vector<payer> customers;  // each once
    std::vector<storage::order_row> orders;
    std::int64_t not_paid = 0;     // payments that took no money: left out
    std::int64_t no_customer = 0;  // has neither a customer nor an e-mail address: left out
    std::string next;              // pi_…: `after` for the next page; empty: this is the last one
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

// The id of the customer who pays without being a customer of Stripe's, by the e-mail address.
std::string guest_id(const std::string& email);

}  // namespace tollgate::tenancy
