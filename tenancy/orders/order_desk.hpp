// Port: a company's own orders, joined with Stripe by the customer's and the payment's id.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/order_rows.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// A page of orders, newest first: those strictly older than (`before`, `before_id`), or the newest.
struct order_page {
    std::int64_t limit = 20;
    std::optional<base::timestamp> before{};
    std::string before_id{};
};

// A payment that a person should review.
struct review_flag {
    std::string id;        // rfl_…; a second flag with the same id changes nothing
    std::string order_id;  // or empty
    std::string payment_id;
    std::string note;
    std::string flagged_by;
};

// Orders of the account of a grant, wherever they are kept: in the record store, or in the
// company's own database. Thread-safe; every call resumes on the caller's executor, and fails with
// errc::unavailable "orders_unavailable" if the orders cannot be read. `who` lives until
// completion; nothing of another account is ever returned.
class order_desk {
public:
    virtual ~order_desk() = default;

    // Customers with that e-mail address, compared trimmed and case-folded; at most 20, oldest
    // first.
    virtual base::awaitable<base::result<std::vector<storage::order_customer_row>>>
    customers_by_email(const grant& who, std::string email) = 0;
    // Customers with that id at Stripe (cus_…); at most 20, oldest first.
    virtual base::awaitable<base::result<std::vector<storage::order_customer_row>>>
    customers_by_stripe_id(const grant& who, std::string stripe_customer_id) = 0;
    virtual base::awaitable<base::result<std::optional<storage::order_customer_row>>> find_customer(
        const grant& who, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<storage::order_row>>> orders_of(
        const grant& who, std::string customer_id, order_page where) = 0;
    virtual base::awaitable<base::result<std::optional<storage::order_row>>> find_order(
        const grant& who, std::string id) = 0;
    // Orders that were paid by that payment (pi_… or ch_…); at most 20, oldest first.
    virtual base::awaitable<base::result<std::vector<storage::order_row>>> orders_by_payment(
        const grant& who, std::string payment_id) = 0;
    // The lines of an order's refund log, oldest first; at most 100.
    virtual base::awaitable<base::result<std::vector<storage::refund_log_row>>> refunds_of(
        const grant& who, std::string order_id) = 0;
    // Orders created at `from` or later and before `to`, by currency, sorted by currency code.
    virtual base::awaitable<base::result<std::vector<storage::currency_revenue>>> revenue(
        const grant& who, base::timestamp from, base::timestamp to) = 0;
    // Adds the flag to the refund log, durably.
    virtual base::awaitable<base::result<>> flag(const grant& who, review_flag what) = 0;
};

}  // namespace tollgate::tenancy
