// Port: a company's customers, orders and refund logs, wherever they are kept.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/order_rows.hpp"

namespace tollgate::storage {

struct page;  // storage/record_store.hpp

// Thread-safe; every call resumes on the caller's executor. All arguments are values, and nothing
// of another account is returned. Fails with errc::unavailable if the orders cannot be read.
class order_book {
public:
    virtual ~order_book() = default;

    // Oldest first, at most `limit`. `email_key` has the stored form (order_customer_entry).
    virtual base::awaitable<base::result<std::vector<order_customer_row>>> customers_by_email(
        order_place of, std::string email_key, std::int64_t limit) = 0;
    virtual base::awaitable<base::result<std::vector<order_customer_row>>> customers_by_stripe_id(
        order_place of, std::string stripe_customer_id, std::int64_t limit) = 0;
    virtual base::awaitable<base::result<std::optional<order_customer_row>>> find_customer(
        order_place of, std::string id) = 0;

    // Newest first.
    virtual base::awaitable<base::result<std::vector<order_row>>> orders_of(order_place of,
                                                                            std::string customer_id,
                                                                            page where) = 0;
    virtual base::awaitable<base::result<std::optional<order_row>>> find_order(order_place of,
                                                                               std::string id) = 0;
    // Oldest first, at most `limit`.
    virtual base::awaitable<base::result<std::vector<order_row>>> orders_by_payment(
        order_place of, std::string payment_id, std::int64_t limit) = 0;
    virtual base::awaitable<base::result<std::vector<refund_log_row>>> refunds_of(
        order_place of, std::string order_id, std::int64_t limit) = 0;
    // Orders created at `from` or later and before `to`, by currency.
    virtual base::awaitable<base::result<std::vector<currency_revenue>>> revenue(order_place of,
                                                                                 timestamp from,
                                                                                 timestamp to) = 0;
};

}  // namespace tollgate::storage
