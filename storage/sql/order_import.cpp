// Imported customers and orders, row by row: added, changed, or left as they are.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/crypto.hpp"
#include "storage/sql/order_columns.hpp"
#include "storage/sql/order_days.hpp"
#include "storage/sql/orders.hpp"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

std::string_view status_name(const order_row& row) {
    return order_status_names.at(static_cast<std::size_t>(status_of(row.amount, row.refunded)));
}

bool account_exists(session& db, const order_place& of) {
    query rows{db, "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?", of.team_id,
               of.account_id};
    return rows.next();
}

std::optional<std::int64_t> known_source(session& db, const order_place& of) {
    query rows{db,
               "SELECT number FROM order_sources WHERE team_id = ? AND account_id = ? AND "
               "removed_at IS NULL",
               of.team_id, of.account_id};
    if (!rows.next()) return {};
    return rows.integer();
}

// Equal for every writer, so that two writers give an account the same number. The table refuses
// two accounts with the same number.
std::int64_t number_of(const order_place& of) {
    const auto digest = base::sha256(of.team_id + '|' + of.account_id);
    std::int64_t out = 0;
    for (std::size_t i = 0; i < 6; ++i)  // six bytes: what SQLite stores without waste
        out = out * 256 + std::to_integer<std::int64_t>(std::byte{digest.at(i)});
    return out;
}

void add(session& db, std::int64_t source, const order_customer_entry& entry,
         import_counts& counts) {
    const auto& row = entry.row;
    const auto added = db.run(
        "INSERT INTO order_customers (source, id, email, email_key, name, stripe_customer_id, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING",
        source, row.id, row.email, entry.email_key, row.name, row.stripe_customer_id,
        row.created_at);
    if (added == 1) {
        ++counts.added;
        return;
    }
    const auto changed = db.run(
        "UPDATE order_customers SET email = ?, email_key = ?, name = ?, stripe_customer_id = ?, "
        "created_at = ? WHERE source = ? AND id = ? AND (email <> ? OR email_key <> ? OR name <> ? "
        "OR stripe_customer_id <> ? OR created_at <> ?)",
        row.email, entry.email_key, row.name, row.stripe_customer_id, row.created_at, source,
        row.id, row.email, entry.email_key, row.name, row.stripe_customer_id, row.created_at);
    ++(changed == 1 ? counts.changed : counts.unchanged);
}

bool same(const order_row& a, const order_row& b) {
    return a.customer_id == b.customer_id && a.payment_id == b.payment_id && a.amount == b.amount &&
           a.currency == b.currency && a.refunded == b.refunded && a.created_at == b.created_at;
}

order_row stored_order(session& db, std::int64_t source, const std::string& id) {
    if (db.many_writers())
        db.run("SELECT 1 FROM orders WHERE source = ? AND id = ? FOR UPDATE", source, id);
    query rows{db,
               "SELECT customer_id, payment_id, amount, currency, refunded, created_at FROM orders "
               "WHERE source = ? AND id = ?",
               source, id};
    order_row out;
    if (!rows.next()) return out;
    out.customer_id = rows.text();
    out.payment_id = rows.text();
    out.amount = rows.integer();
    out.currency = rows.text();
    out.refunded = rows.integer();
    out.created_at = rows.time();
    return out;
}

// True if a refund of the order has no outcome yet.
bool is_being_refunded(session& db, const order_place& of, const std::string& id) {
    query rows{db,
               "SELECT 1 FROM receipts WHERE team_id = ? AND account_id = ? AND order_id = ? AND "
               "state IN ('intended', 'unknown') LIMIT 1",
               of.team_id, of.account_id, id};
    return rows.next();
}

void add(session& db, const order_place& of, std::int64_t source, const order_row& row,
         import_counts& counts, day_changes& days) {
    const auto added = db.run(
        "INSERT INTO orders (source, id, customer_id, payment_id, amount, currency, refunded, "
        "status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO "
        "NOTHING",
        source, row.id, row.customer_id, row.payment_id, row.amount, row.currency, row.refunded,
        status_name(row), row.created_at);
    if (added == 1) {
        days.count(row, 1);
        ++counts.added;
        return;
    }
    const order_row before = stored_order(db, source, row.id);
    order_row next = row;
    // Stripe's amount may already include a refund that a receipt is about to add; it would be
    // counted twice.
    const bool higher = row.refunded > before.refunded;
    if (!higher || is_being_refunded(db, of, row.id)) next.refunded = before.refunded;
    if (same(before, next)) {
        ++counts.unchanged;
        return;
    }
    db.run(
        "UPDATE orders SET customer_id = ?, payment_id = ?, amount = ?, currency = ?, refunded = "
        "?, status = ?, created_at = ? WHERE source = ? AND id = ?",
        next.customer_id, next.payment_id, next.amount, next.currency, next.refunded,
        status_name(next), next.created_at, source, next.id);
    days.count(before, -1);
    days.count(next, 1);
    ++counts.changed;
}

// Caches which customers exist.
class customer_check {
public:
    customer_check(session& db, std::int64_t source) : db_(db), source_(source) {}

    bool exists(const std::string& id) {
        if (known_.contains(id)) return true;
        query rows{db_, "SELECT 1 FROM order_customers WHERE source = ? AND id = ?", source_, id};
        if (!rows.next()) return false;
        known_.insert(id);
        return true;
    }

private:
    session& db_;
    std::int64_t source_;
    std::unordered_set<std::string> known_;
};

}  // namespace

std::optional<std::int64_t> source_for_writing(session& db, const order_place& of) {
    if (auto known = known_source(db, of)) return known;
    if (!account_exists(db, of)) return {};
    db.run(
        "INSERT INTO order_sources (number, team_id, account_id) VALUES (?, ?, ?) ON CONFLICT "
        "(team_id, account_id) DO NOTHING",
        number_of(of), of.team_id, of.account_id);
    return known_source(db, of);
}

result<> write(session& db, const import_orders& change) {
    *change.found = {};  // a repeated transaction counts from zero
    const auto source = source_for_writing(db, change.place);
    if (!source) return fail(errc::not_found, "not_found", "no such integrated account");
    for (const auto& entry : change.customers) add(db, *source, entry, change.found->customers);
    customer_check customers{db, *source};
    day_changes days;
    for (std::size_t i = 0; i < change.orders.size(); ++i) {
        const order_row& row = change.orders.at(i);
        if (customers.exists(row.customer_id))
            add(db, change.place, *source, row, change.found->orders, days);
        else
            change.found->without_customer.push_back(i);
    }
    days.write(db, *source);
    if (change.dry_run)
        return fail(errc::conflict, "dry_run", "this was a dry run: nothing was changed");
    return {};
}

}  // namespace tollgate::storage::sql
