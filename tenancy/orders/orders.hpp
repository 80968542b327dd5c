// The companies' own orders, wherever they are kept: in the record store, or in the company's own
// database.
#pragma once
#include <string>
#include <vector>

#include "storage/changes/orders.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/orders/order_desk.hpp"

namespace tollgate::tenancy {

// Whose orders, and where they are kept.
struct order_home {
    storage::order_place of;
    orders_kind kind = orders_kind::none;
};

// Thread-safe; every call resumes on the caller's executor. For an account without orders, every
// call fails with errc::not_found "no_orders".
class orders final : public order_desk {
public:
    // `env` lives as long as this object.
    explicit orders(const environment& env) : env_(env) {}

    base::awaitable<base::result<std::vector<storage::order_customer_row>>> customers_by_email(
        const grant& who, std::string email) override;
    base::awaitable<base::result<std::vector<storage::order_customer_row>>> customers_by_stripe_id(
        const grant& who, std::string stripe_customer_id) override;
    base::awaitable<base::result<std::optional<storage::order_customer_row>>> find_customer(
        const grant& who, std::string id) override;
    base::awaitable<base::result<std::vector<storage::order_row>>> orders_of(
        const grant& who, std::string customer_id, order_page where) override;
    base::awaitable<base::result<std::optional<storage::order_row>>> find_order(
        const grant& who, std::string id) override;
    base::awaitable<base::result<std::vector<storage::order_row>>> orders_by_payment(
        const grant& who, std::string payment_id) override;
    base::awaitable<base::result<std::vector<storage::refund_log_row>>> refunds_of(
        const grant& who, std::string order_id) override;
    base::awaitable<base::result<std::vector<storage::currency_revenue>>> revenue(
        const grant& who, base::timestamp from, base::timestamp to) override;
    base::awaitable<base::result<>> flag(const grant& who, review_flag what) override;

    // The same reads for administrators.
    base::awaitable<base::result<std::vector<storage::order_customer_row>>> customers_by_email(
        order_home at, std::string email);
    base::awaitable<base::result<std::vector<storage::order_customer_row>>> customers_by_stripe_id(
        order_home at, std::string stripe_customer_id);
    base::awaitable<base::result<std::optional<storage::order_customer_row>>> find_customer(
        order_home at, std::string id);
    base::awaitable<base::result<std::vector<storage::order_row>>> orders_of(
        order_home at, std::string customer_id, storage::page where);
    base::awaitable<base::result<std::optional<storage::order_row>>> find_order(order_home at,
                                                                                std::string id);
    base::awaitable<base::result<std::vector<storage::order_row>>> orders_by_payment(
        order_home at, std::string payment_id);
    base::awaitable<base::result<std::vector<storage::refund_log_row>>> refunds_of(
        order_home at, std::string order_id);

    // Adds or changes customers and orders of an account whose orders are in the record store;
    // nothing is changed if `dry_run` is set. Fails with conflict "orders_elsewhere" for any other
    // account, and with not_found.
    base::awaitable<base::result<storage::orders_imported>> import(storage::import_orders what);

private:
    const environment& env_;
};

}  // namespace tollgate::tenancy
