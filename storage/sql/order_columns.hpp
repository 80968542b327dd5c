// The columns of customers, orders and refund logs, as both kinds of database give them.
#pragma once
#include <utility>

#include "storage/order_rows.hpp"

// The columns in the order in which the read_… functions take them.
#define TOLLGATE_CUSTOMER_COLUMNS "id, email, name, stripe_customer_id, created_at"
#define TOLLGATE_ORDER_COLUMNS "id, customer_id, payment_id, amount, currency, refunded, created_at"
#define TOLLGATE_REFUND_COLUMNS                                                          \
    "id, order_id, payment_id, stripe_refund_id, receipt_id, amount, currency, reason, " \
    "refunded_by, created_at"

namespace tollgate::storage::sql {

// What follows from the amounts.
constexpr order_status status_of(std::int64_t amount, std::int64_t refunded) {
    if (refunded <= 0) return order_status::paid;
    return refunded < amount ? order_status::partially_refunded : order_status::refunded;
}

// `Row` has text(), integer() and time(), which take the next column.
template <typename Row>
order_customer_row read_customer(Row& row) {
    order_customer_row out;
    out.id = row.text();
    out.email = row.text();
    out.name = row.text();
    out.stripe_customer_id = row.text();
    out.created_at = row.time();
    return out;
}

template <typename Row>
order_row read_order(Row& row) {
    order_row out;
    out.id = row.text();
    out.customer_id = row.text();
    out.payment_id = row.text();
    out.amount = row.integer();
    out.currency = row.text();
    out.refunded = row.integer();
    out.status = status_of(out.amount, out.refunded);
    out.created_at = row.time();
    return out;
}

template <typename Row>
refund_log_row read_refund(Row& row) {
    refund_log_row out;
    out.id = row.text();
    out.order_id = row.text();
    out.payment_id = row.text();
    out.stripe_refund_id = row.text();
    out.receipt_id = row.text();
    out.amount = row.integer();
    out.currency = row.text();
    out.reason = row.text();
    out.refunded_by = row.text();
    out.created_at = row.time();
    return out;
}

template <typename Row>
currency_revenue read_revenue(Row& row) {
    currency_revenue out;
    out.currency = row.text();
    out.orders = row.integer();
    out.amount = row.integer();
    out.refunded = row.integer();
    return out;
}

}  // namespace tollgate::storage::sql
