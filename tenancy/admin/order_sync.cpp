#include "tenancy/admin/order_sync.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/orders_kind.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

// Keeps the id, customer and date of the stored order `known` in `row`.
void keep_own(storage::order_row& row, const storage::order_row& known) {
    row.id = known.id;
    row.customer_id = known.customer_id;
    row.created_at = known.created_at;
}

// Finds the stored orders of the page's payments, and gives the other rows ids. A payment shared by
// several orders is left as it is, because Stripe does not know each order's share of it.
awaitable<result<>> settle_orders(storage::order_book& kept, const storage::order_place& of,
                                  payment_page& page, order_sync_page& counts) {
    std::vector<storage::order_row> out;
    std::set<std::string> taken;
    for (auto& row : page.orders) {
        const auto known = co_await kept.orders_by_payment(of, row.payment_id, 2);
        if (!known) co_return known.error();
        if (known->size() > 1) {
            ++counts.orders.unchanged;
            continue;
        }
        if (!known->empty()) {
            keep_own(row, known->front());
        } else if (row.id != row.payment_id) {
            const auto same = co_await kept.find_order(of, row.id);
            if (!same) co_return same.error();
            const bool of_other = *same && !(*same)->payment_id.empty();
            if (of_other || taken.contains(row.id)) {
                row.id = row.payment_id;
                ++counts.id_taken;
            } else if (*same) {
                keep_own(row, **same);
            }
        }
        taken.insert(row.id);
        out.push_back(std::move(row));
    }
    page.orders = std::move(out);
    co_return result<>{};
}

// Stored facts about a customer take precedence over those in a payment, which are less reliable.
// Pages arrive newest first, and may arrive again.
void keep_stored(payer& one, const storage::order_customer_row& known) {
    auto& row = one.row;
    if (!one.own_email && !known.email.empty()) row.email = known.email;
    if ((!one.own_date || row.name.empty()) && !known.name.empty()) row.name = known.name;
    if (!one.own_date) row.created_at = std::min(row.created_at, known.created_at);
}

// Called after settle_orders(): leaves out customers without an order.
awaitable<result<>> settle_customers(storage::order_book& kept, const storage::order_place& of,
                                     payment_page& page) {
    std::set<std::string_view> needed;
    for (const auto& order : page.orders) needed.insert(order.customer_id);
    std::erase_if(page.customers, [&](const payer& one) { return !needed.contains(one.row.id); });
    for (auto& one : page.customers) {
        if (one.own_email && one.own_date && !one.row.name.empty()) continue;
        const auto known = co_await kept.find_customer(of, one.row.id);
        if (!known) co_return known.error();
        if (*known) keep_stored(one, **known);
    }
    co_return result<>{};
}

}  // namespace

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
    order_sync_page out;
    auto& kept = env_.store.orders();
    const auto settled = co_await settle_orders(kept, of, *found, out);
    if (!settled) co_return settled.error();
    const auto known = co_await settle_customers(kept, of, *found);
    if (!known) co_return known.error();
    storage::import_orders rows;
    rows.place = std::move(of);
    for (auto& one : found->customers) rows.customers.push_back({std::move(one.row), {}});
    rows.orders = std::move(found->orders);
    const auto stored = co_await orders_.import(std::move(rows));
    if (!stored) co_return stored.error();
    out.customers = stored->customers;
    out.orders.added = stored->orders.added;
    out.orders.changed = stored->orders.changed;
    out.orders.unchanged += stored->orders.unchanged;
    out.not_paid = found->not_paid;
    out.no_customer = found->no_customer;
    out.next = std::move(found->next);
    co_return out;
}

}  // namespace tollgate::tenancy
