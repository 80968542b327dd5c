#include "storage/sql/orders.hpp"

#include <string_view>
#include <utility>

#include "storage/sql/order_days.hpp"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

// The stored link of a receipt to its order.
struct recorded_link {
    order_place place;
    bool external = false;
    order_link link;
};

// The current state of an order.
struct order_state {
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
    std::string currency;
};

base::failure order_changed(const std::string& why) {
    return fail(errc::conflict, "order_changed", why, "order");
}

// The reason for this refusal ends by itself.
base::failure order_busy(const std::string& why) {
    return fail(errc::conflict, "order_busy", why, "order");
}

// "2000 in the minor unit of usd".
std::string money(std::int64_t amount, const std::string& currency) {
    return std::to_string(amount < 0 ? 0 : amount) + " in the minor unit of " + currency;
}

// With many writers, a transaction that changes an order or begins its refund locks its row.
void lock_order(session& db, std::int64_t source, const std::string& id) {
    if (!db.many_writers()) return;
    db.run("SELECT 1 FROM orders WHERE source = ? AND id = ? FOR UPDATE", source, id);
}

std::optional<order_state> state_of(session& db, std::int64_t source, const std::string& id) {
    query rows{db, "SELECT amount, refunded, currency FROM orders WHERE source = ? AND id = ?",
               source, id};
    if (!rows.next()) return {};
    order_state out;
    out.amount = rows.integer();
    out.refunded = rows.integer();
    out.currency = rows.text();
    return out;
}

// The sum that unresolved receipts of the order hold, except one receipt.
std::int64_t held(session& db, const receipt_row& except, const std::string& order_id) {
    query rows{db,
               "SELECT CAST(coalesce(sum(order_amount), 0) AS BIGINT) FROM receipts WHERE team_id "
               "= ? AND account_id = ? AND order_id = ? AND state IN ('intended', 'unknown') AND "
               "id <> ?",
               except.team_id,
               except.account_id,
               order_id,
               except.id};
    return rows.next() ? rows.integer() : 0;
}

// The lines of an external order's refund log: how many were delivered, and the sum of those that
// are due.
struct log_state {
    std::int64_t delivered = 0;
    std::int64_t due = 0;
};

log_state log_of(session& db, std::int64_t source, const std::string& order_id) {
    query rows{db,
               "SELECT count(delivered_at), CAST(coalesce(sum(CASE WHEN due_at IS NOT NULL THEN "
               "amount ELSE 0 END), 0) AS BIGINT) FROM refund_log WHERE source = ? AND order_id = "
               "?",
               source, order_id};
    log_state out;
    if (!rows.next()) return out;
    out.delivered = rows.integer();
    out.due = rows.integer();
    return out;
}

// `remains`: what remains of the order; `on_the_way`: what refunds without an outcome hold of it.
result<> check_room(const order_claim& claim, std::int64_t remains, std::int64_t on_the_way) {
    const order_link& link = claim.link;
    const std::int64_t left = remains - on_the_way;
    if (link.amount > 0 && link.amount <= left) return {};
    const std::string why = "order " + link.order_id + " has " + money(left, link.currency) +
                            " left to refund and the refund asks for " +
                            std::to_string(link.amount) +
                            "; refunds that are on their way are counted";
    const bool may_fit_later = link.amount > 0 && link.amount <= remains;
    return may_fit_later ? order_busy(why) : order_changed(why);
}

result<> hold_external(session& db, std::int64_t source, const receipt_row& receipt,
                       const order_claim& claim) {
    const std::string& id = claim.link.order_id;
    if (db.many_writers())
        db.run("SELECT 1 FROM order_sources WHERE number = ? FOR UPDATE", source);
    // A receipt ends in the transaction that adds its line. With separate reads in this order, a
    // refund may be counted twice but is never missed.
    const std::int64_t on_the_way = held(db, receipt, id);
    const log_state log = log_of(db, source, id);
    if (log.delivered != claim.delivered)
        return order_busy("a refund of order " + id +
                          " was recorded a moment ago: read the order and try again");
    return check_room(claim, claim.remaining - log.due, on_the_way);
}

std::optional<recorded_link> link_of(session& db, const std::string& team_id,
                                     const std::string& receipt_id) {
    query rows{db,
               "SELECT account_id, order_source, order_id, order_payment, order_amount, "
               "order_currency, order_reason, order_refunded_by FROM receipts WHERE team_id = ? "
               "AND id = ? AND order_id IS NOT NULL",
               team_id, receipt_id};
    if (!rows.next()) return {};
    recorded_link out;
    out.place = {team_id, rows.text()};
    out.external = rows.text() == "external";
    out.link.order_id = rows.text();
    out.link.payment_id = rows.text();
    out.link.amount = rows.integer();
    out.link.currency = rows.text();
    out.link.reason = rows.text();
    out.link.refunded_by = rows.text();
    return out;
}

std::int64_t add_to_log(session& db, std::int64_t source, const refund_log_row& row,
                        const std::optional<timestamp>& due_at) {
    return db.run(
        "INSERT INTO refund_log (source, id, order_id, payment_id, stripe_refund_id, receipt_id, "
        "amount, currency, reason, refunded_by, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        source, row.id, row.order_id, row.payment_id, row.stripe_refund_id, row.receipt_id,
        row.amount, row.currency, row.reason, row.refunded_by, row.created_at, due_at);
}

// "rcp_x" has the line "rfl_x".
std::string log_id_of(const std::string& receipt_id) {
    const auto end = receipt_id.find('_');
    return "rfl" + (end == std::string::npos ? '_' + receipt_id : receipt_id.substr(end));
}

}  // namespace

result<> hold_order(session& db, const receipt_row& receipt, const order_claim& claim) {
    const order_link& link = claim.link;
    const auto source = source_for_writing(db, {receipt.team_id, receipt.account_id});
    if (!source) return order_changed("the account of order " + link.order_id + " was removed");
    const std::string_view kept = claim.external ? "external" : "tables";
    db.run(
        "UPDATE receipts SET order_source = ?, order_id = ?, order_payment = ?, order_amount = ?, "
        "order_currency = ?, order_reason = ?, order_refunded_by = ? WHERE team_id = ? AND id = ?",
        kept, link.order_id, link.payment_id, link.amount, link.currency, link.reason,
        link.refunded_by, receipt.team_id, receipt.id);
    if (claim.external) return hold_external(db, *source, receipt, claim);
    lock_order(db, *source, link.order_id);
    const auto order = state_of(db, *source, link.order_id);
    if (!order) return order_changed("there is no order " + link.order_id + " any more");
    if (order->currency != link.currency)
        return order_changed("order " + link.order_id + " is in " + order->currency + ", not in " +
                             link.currency);
    return check_room(claim, order->amount - order->refunded, held(db, receipt, link.order_id));
}

void record_refund(session& db, const std::string& team_id, const std::string& receipt_id,
                   const receipt_outcome& outcome, timestamp now) {
    const auto found = link_of(db, team_id, receipt_id);
    if (!found) return;
    const auto source = source_for_writing(db, found->place);
    if (!source) return;  // the account was removed, with its orders
    const order_link& link = found->link;
    refund_log_row row;
    row.id = log_id_of(receipt_id);
    row.order_id = link.order_id;
    row.payment_id = link.payment_id;
    row.stripe_refund_id = outcome.object_id;
    row.receipt_id = receipt_id;
    row.currency = link.currency;
    // The amount that Stripe reports as refunded, if it is in the link's currency.
    row.amount =
        outcome.amount && outcome.currency == link.currency ? *outcome.amount : link.amount;
    row.reason = link.reason;
    row.refunded_by = link.refunded_by;
    row.created_at = now;
    const auto due = found->external ? std::optional{now} : std::nullopt;
    const bool added = add_to_log(db, *source, row, due) == 1;
    if (!added || found->external) return;
    query changed{
        db,
        "UPDATE orders SET refunded = refunded + ?, status = CASE WHEN refunded + ? >= amount THEN "
        "'refunded' ELSE 'partially_refunded' END WHERE source = ? AND id = ? RETURNING currency, "
        "created_at",
        row.amount,
        row.amount,
        *source,
        link.order_id};
    day_changes days;
    while (changed.next()) {
        const std::string currency = changed.text();
        days.count_refund(currency, changed.time(), row.amount);
    }
    days.write(db, *source);
}

result<> write(session& db, const add_refund_flag& change) {
    const auto source = source_for_writing(db, change.place);
    if (!source) return fail(errc::not_found, "not_found", "no such integrated account");
    add_to_log(db, *source, change.row, change.due_at);
    return {};
}

// The condition on due_at is repeated outside the subquery: if two instances choose the same row,
// the second one sees that it has moved.
result<> write(session& db, const claim_refund_deliveries& change) {
    query rows{db,
               "UPDATE refund_log SET due_at = ?, attempts = attempts + 1 WHERE due_at <= ? AND "
               "(source, id) IN (SELECT d.source, d.id FROM refund_log d WHERE d.due_at <= ? ORDER "
               "BY d.due_at LIMIT ?) RETURNING (SELECT s.team_id FROM order_sources s WHERE "
               "s.number = source), (SELECT s.account_id FROM order_sources s WHERE s.number = "
               "source), id, order_id, payment_id, stripe_refund_id, receipt_id, amount, currency, "
               "reason, refunded_by, created_at, attempts",
               change.until,
               change.now,
               change.now,
               change.limit};
    change.taken->clear();
    while (rows.next()) {
        refund_delivery one;
        one.place.team_id = rows.text();
        one.place.account_id = rows.text();
        one.row.id = rows.text();
        one.row.order_id = rows.text();
        one.row.payment_id = rows.text();
        one.row.stripe_refund_id = rows.text();
        one.row.receipt_id = rows.text();
        one.row.amount = rows.integer();
        one.row.currency = rows.text();
        one.row.reason = rows.text();
        one.row.refunded_by = rows.text();
        one.row.created_at = rows.time();
        one.attempts = rows.integer();
        change.taken->push_back(std::move(one));
    }
    return {};
}

result<> write(session& db, const finish_refund_delivery& change) {
    db.run(
        "UPDATE refund_log SET due_at = ?, delivered_at = ?, last_error = ? WHERE source "
        "= " TOLLGATE_ORDER_SOURCE " AND id = ? AND delivered_at IS NULL",
        change.due_at, change.delivered_at, change.error, change.place.team_id,
        change.place.account_id, change.id);
    return {};
}

result<> forget_orders(session& db, const order_place& of) {
    {
        query due{db,
                  "SELECT count(*) FROM refund_log WHERE due_at IS NOT NULL AND source "
                  "= " TOLLGATE_ORDER_SOURCE,
                  of.team_id, of.account_id};
        const std::int64_t lines = due.next() ? due.integer() : 0;
        if (lines > 0)
            return fail(errc::conflict, "refunds_undelivered",
                        "lines of the refund log that are not in the company's database yet: " +
                            std::to_string(lines) +
                            "; remove the account when they are written (log: "
                            "refund_log_not_written)");
    }
    db.run("UPDATE order_sources SET removed_at = 0 WHERE team_id = ? AND account_id = ?",
           of.team_id, of.account_id);
    return {};
}

result<> write(session& db, const purge_orders& change) {
    query rows{db,
               "SELECT number FROM order_sources WHERE removed_at IS NOT NULL ORDER BY removed_at "
               "LIMIT 1"};
    if (!rows.next()) return {};
    const std::int64_t source = rows.integer();
    std::int64_t gone = 0;
    gone += db.run(
        "DELETE FROM order_customers WHERE source = ? AND id IN (SELECT id FROM order_customers "
        "WHERE source = ? ORDER BY id LIMIT ?)",
        source, source, change.limit);
    gone += db.run(
        "DELETE FROM orders WHERE source = ? AND id IN (SELECT id FROM orders WHERE source = ? "
        "ORDER BY id LIMIT ?)",
        source, source, change.limit);
    gone += db.run(
        "DELETE FROM refund_log WHERE source = ? AND id IN (SELECT id FROM refund_log WHERE source "
        "= ? ORDER BY id LIMIT ?)",
        source, source, change.limit);
    if (gone > 0) return {};
    db.run("DELETE FROM order_days WHERE source = ?", source);
    db.run("DELETE FROM order_sources WHERE number = ?", source);
    return {};
}

}  // namespace tollgate::storage::sql
