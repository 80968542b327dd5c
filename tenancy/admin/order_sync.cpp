#include "tenancy/admin/order_sync.hpp"

#include <algorithm>
#include <utility>

#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/orders_kind.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

}  // namespace

// A guest's date is that of the first payment; pages come newest first, and may come again.
awaitable<result<>> order_sync::keep_first_dates(const storage::order_place& of,
                                                 payment_page& page) {
    for (auto& one : page.customers) {
        if (!one.stripe_customer_id.empty()) continue;
        const auto known = co_await env_.store.orders().find_customer(of, one.id);
        if (!known) co_return known.error();
        if (*known) one.created_at = std::min(one.created_at, (*known)->created_at);
    }
    co_return result<>{};
}

awaitable<result<order_sync_page>> order_sync::page(storage::order_place of,
                                                    payment_page_request what) {
    const auto row = co_await env_.store.find_account(of.team_id, of.account_id);
    if (!row) co_return row.error();
    if (!*row) co_return fail(errc::not_found, "not_found", "no such integrated account");
    if ((*row)->orders != orders_kind_names[1])
        co_return fail(errc::conflict, "orders_elsewhere",
                       "orders are filled from payments in accounts whose 'orders' is tables; this "
                       "one's is " +
                           (*row)->orders);
    const auto account = open_account(env_.secrets, **row);
    if (!account) co_return account.error();
    if (pages_ == nullptr)
        co_return fail(errc::unavailable, "stripe_unavailable", "Stripe cannot be asked yet.");
    auto found = co_await pages_->read(*account, std::move(what));
    if (!found) co_return found.error();
    const auto dated = co_await keep_first_dates(of, *found);
    if (!dated) co_return dated.error();
    storage::import_orders rows;
    rows.place = std::move(of);
    for (auto& one : found->customers) rows.customers.push_back({std::move(one), {}});
    rows.orders = std::move(found->orders);
    const auto stored = co_await orders_.import(std::move(rows));
    if (!stored) co_return stored.error();
    co_return order_sync_page{stored->customers, stored->orders, found->not_paid,
                              found->no_customer, std::move(found->next)};
}

}  // namespace tollgate::tenancy
