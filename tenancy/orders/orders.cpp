#include "tenancy/orders/orders.hpp"

#include <memory>
#include <utility>

#include "storage/external_orders.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tenancy/orders/email_key.hpp"
#include "tenancy/rules/orders_kind.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr std::int64_t few_max = 20;
constexpr std::int64_t refunds_max = 100;

order_home home_of(const grant& who) {
    return {{who.team_id, who.account->id}, who.account->orders};
}

base::failure no_orders() {
    return fail(errc::not_found, "no_orders",
                "this integrated account has no orders: set its 'orders' to tables or external");
}

base::failure unavailable() {
    return fail(errc::unavailable, "orders_unavailable",
                "the company's orders cannot be read now; try again later");
}

storage::page page_of(order_page where) {
    storage::page out;
    out.limit = where.limit < 1 ? 1 : static_cast<std::size_t>(where.limit);
    out.before = where.before;
    out.before_id = std::move(where.before_id);
    return out;
}

// Calls `read` with the place where the account's orders are kept. `at` is a value, because callers
// have returned before this begins.
template <typename Read>
auto read_from(const environment& env, order_home at, Read read)
    -> decltype(read(env.store.orders())) {
    if (at.kind == orders_kind::none) co_return no_orders();
    storage::order_book* book = env.external_orders;
    if (at.kind == orders_kind::tables) book = &env.store.orders();
    if (book == nullptr) co_return unavailable();
    auto found = co_await read(*book);
    const bool away = !found && found.error().kind == errc::unavailable;
    if (away && found.error().code != "orders_unavailable") co_return unavailable();
    co_return found;
}

}  // namespace

awaitable<result<std::vector<storage::order_customer_row>>> orders::customers_by_email(
    const grant& who, std::string email) {
    return customers_by_email(home_of(who), std::move(email));
}
awaitable<result<std::vector<storage::order_customer_row>>> orders::customers_by_stripe_id(
    const grant& who, std::string stripe_customer_id) {
    return customers_by_stripe_id(home_of(who), std::move(stripe_customer_id));
}
awaitable<result<std::optional<storage::order_customer_row>>> orders::find_customer(
    const grant& who, std::string id) {
    return find_customer(home_of(who), std::move(id));
}
awaitable<result<std::vector<storage::order_row>>> orders::orders_of(const grant& who,
                                                                     std::string customer_id,
                                                                     order_page where) {
    return orders_of(home_of(who), std::move(customer_id), page_of(std::move(where)));
}
awaitable<result<std::optional<storage::order_row>>> orders::find_order(const grant& who,
                                                                        std::string id) {
    return find_order(home_of(who), std::move(id));
}
awaitable<result<std::vector<storage::order_row>>> orders::orders_by_payment(
    const grant& who, std::string payment_id) {
    return orders_by_payment(home_of(who), std::move(payment_id));
}
awaitable<result<std::vector<storage::refund_log_row>>> orders::refunds_of(const grant& who,
                                                                           std::string order_id) {
    return refunds_of(home_of(who), std::move(order_id));
}

awaitable<result<std::vector<storage::currency_revenue>>> orders::revenue(const grant& who,
                                                                          base::timestamp from,
                                                                          base::timestamp to) {
    const order_home at = home_of(who);
    return read_from(env_, at, [of = at.of, from, to](storage::order_book& kept) {
        return kept.revenue(of, from, to);
    });
}

awaitable<result<>> orders::flag(const grant& who, review_flag what) {
    const order_home at = home_of(who);
    if (at.kind == orders_kind::none) co_return no_orders();
    storage::refund_log_row row;
    row.id = std::move(what.id);
    row.order_id = std::move(what.order_id);
    row.payment_id = std::move(what.payment_id);
    row.reason = storable(what.note);
    row.refunded_by = storable(what.flagged_by);
    row.created_at = env_.clock.now();
    std::optional<base::timestamp> due;
    if (at.kind == orders_kind::external) due = row.created_at;
    std::vector<storage::change> changes{storage::add_refund_flag{at.of, std::move(row), due}};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

awaitable<result<std::vector<storage::order_customer_row>>> orders::customers_by_email(
    order_home at, std::string email) {
    return read_from(env_, at, [of = at.of, key = email_key(email)](storage::order_book& kept) {
        return kept.customers_by_email(of, key, few_max);
    });
}
awaitable<result<std::vector<storage::order_customer_row>>> orders::customers_by_stripe_id(
    order_home at, std::string stripe_customer_id) {
    return read_from(env_, at,
                     [of = at.of, id = std::move(stripe_customer_id)](storage::order_book& kept) {
                         return kept.customers_by_stripe_id(of, id, few_max);
                     });
}
awaitable<result<std::optional<storage::order_customer_row>>> orders::find_customer(
    order_home at, std::string id) {
    return read_from(env_, at, [of = at.of, id = std::move(id)](storage::order_book& kept) {
        return kept.find_customer(of, id);
    });
}
awaitable<result<std::vector<storage::order_row>>> orders::orders_of(order_home at,
                                                                     std::string customer_id,
                                                                     storage::page where) {
    return read_from(env_, at,
                     [of = at.of, id = std::move(customer_id), where](storage::order_book& kept) {
                         return kept.orders_of(of, id, where);
                     });
}
awaitable<result<std::optional<storage::order_row>>> orders::find_order(order_home at,
                                                                        std::string id) {
    return read_from(env_, at, [of = at.of, id = std::move(id)](storage::order_book& kept) {
        return kept.find_order(of, id);
    });
}
awaitable<result<std::vector<storage::order_row>>> orders::orders_by_payment(
    order_home at, std::string payment_id) {
    return read_from(env_, at, [of = at.of, id = std::move(payment_id)](storage::order_book& kept) {
        return kept.orders_by_payment(of, id, few_max);
    });
}
awaitable<result<std::vector<storage::refund_log_row>>> orders::refunds_of(order_home at,
                                                                           std::string order_id) {
    return read_from(env_, at, [of = at.of, id = std::move(order_id)](storage::order_book& kept) {
        return kept.refunds_of(of, id, refunds_max);
    });
}

awaitable<result<storage::orders_imported>> orders::import(storage::import_orders what) {
    auto account = co_await env_.store.find_account(what.place.team_id, what.place.account_id);
    if (!account) co_return account.error();
    if (!*account) co_return fail(errc::not_found, "not_found", "no such integrated account");
    if ((*account)->orders != orders_kind_names[1])
        co_return fail(
            errc::conflict, "orders_elsewhere",
            "orders are imported into accounts whose 'orders' is tables; this one's is " +
                (*account)->orders);
    for (auto& entry : what.customers) entry.email_key = email_key(entry.row.email);
    const bool dry_run = what.dry_run;
    const auto found = std::make_shared<storage::orders_imported>();
    what.found = found;
    std::vector<storage::change> changes{std::move(what)};
    auto stored = co_await env_.store.commit(std::move(changes));
    const bool rolled_back = dry_run && !stored && stored.error().code == "dry_run";
    if (!stored && !rolled_back) co_return stored.error();
    co_return std::move(*found);
}

}  // namespace tollgate::tenancy
