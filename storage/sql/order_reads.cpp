// The reads of the companies' own orders.
#include <limits>
#include <utility>

#include "storage/record_store.hpp"
#include "storage/sql/order_columns.hpp"
#include "storage/sql/order_days.hpp"
#include "storage/sql/orders.hpp"

#define TOLLGATE_OLDEST_FIRST " ORDER BY created_at, id LIMIT ?"
#define TOLLGATE_ORDER_PAGE \
    " AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?"

namespace tollgate::storage::sql {

namespace {

using base::awaitable;
using base::result;

template <typename Row>
std::vector<Row> all_of(query& rows, Row (*read)(query&)) {
    std::vector<Row> out;
    while (rows.next()) out.push_back(read(rows));
    return out;
}

template <typename Row>
std::optional<Row> first_of(query& rows, Row (*read)(query&)) {
    if (!rows.next()) return {};
    return read(rows);
}

std::int64_t older_than(const page& where) {
    if (where.before) return base::to_unix_ms(*where.before);
    return std::numeric_limits<std::int64_t>::max();
}

// The currencies of an account: the index is entered once for each.
std::vector<std::string> currencies_of(session& db, const order_place& of) {
    std::vector<std::string> out;
    std::string last;
    for (;;) {
        query rows{db,
                   "SELECT currency FROM order_days WHERE source = " TOLLGATE_ORDER_SOURCE
                   " AND currency > ? ORDER BY currency LIMIT 1",
                   of.team_id, of.account_id, last};
        if (!rows.next()) return out;
        last = rows.text();
        out.push_back(last);
    }
}

// A time range as whole days and the rest, in Unix milliseconds: orders from `from` until before
// `days_begin`, and from `days_end` until before `to`.
struct day_split {
    std::int64_t from = 0;
    std::int64_t days_begin = 0;
    std::int64_t days_end = 0;
    std::int64_t to = 0;
    std::int64_t first_day = 0;
    std::int64_t day_after = 0;
};

day_split split(timestamp from, timestamp to) {
    day_split out;
    out.from = base::to_unix_ms(from);
    out.to = base::to_unix_ms(to);
    out.first_day = day_of(from);
    if (day_begin_ms(out.first_day) < out.from) ++out.first_day;
    out.day_after = day_of(to);
    if (out.day_after <= out.first_day) {  // no whole day: the rest is everything
        out.day_after = out.first_day;
        out.days_begin = out.days_end = out.to;
        return out;
    }
    out.days_begin = day_begin_ms(out.first_day);
    out.days_end = day_begin_ms(out.day_after);
    return out;
}

// One statement, so that all parts are from the same moment.
currency_revenue revenue_in(session& db, const order_place& of, const std::string& currency,
                            const day_split& range) {
    query rows{
        db,
        "SELECT CAST(coalesce(sum(number), 0) AS BIGINT), CAST(coalesce(sum(amount), 0) AS "
        "BIGINT), CAST(coalesce(sum(refunded), 0) AS BIGINT) FROM (SELECT orders AS number, "
        "amount, refunded FROM order_days WHERE source = " TOLLGATE_ORDER_SOURCE
        " AND currency = ? AND day >= ? AND day < ? UNION ALL SELECT 1, amount, refunded FROM "
        "orders WHERE source = " TOLLGATE_ORDER_SOURCE
        " AND currency = ? AND created_at >= ? AND created_at < ? UNION ALL SELECT 1, amount, "
        "refunded FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE
        " AND currency = ? AND created_at >= ? AND created_at < ?) AS parts",
        of.team_id,
        of.account_id,
        currency,
        range.first_day,
        range.day_after,
        of.team_id,
        of.account_id,
        currency,
        range.from,
        range.days_begin,
        of.team_id,
        of.account_id,
        currency,
        range.days_end,
        range.to};
    currency_revenue out;
    out.currency = currency;
    if (!rows.next()) return out;
    out.orders = rows.integer();
    out.amount = rows.integer();
    out.refunded = rows.integer();
    return out;
}

std::vector<currency_revenue> revenue_of(session& db, const order_place& of, timestamp from,
                                         timestamp to) {
    std::vector<currency_revenue> out;
    if (to <= from) return out;
    const auto range = split(from, to);
    const auto currencies = currencies_of(db, of);
    for (const auto& currency : currencies) {
        auto one = revenue_in(db, of, currency, range);
        if (one.orders > 0) out.push_back(std::move(one));
    }
    return out;
}

class sql_order_reads final : public order_reads {
public:
    explicit sql_order_reads(reading read) : read_(std::move(read)) {}

    awaitable<result<std::vector<order_customer_row>>> customers_by_email(
        order_place of, std::string email_key, std::int64_t limit) override {
        return read<std::vector<order_customer_row>>([of, email_key, limit](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_CUSTOMER_COLUMNS
                       " FROM order_customers WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND email_key = ?" TOLLGATE_OLDEST_FIRST,
                       of.team_id,
                       of.account_id,
                       email_key,
                       limit};
            return all_of(rows, read_customer<query>);
        });
    }
    awaitable<result<std::vector<order_customer_row>>> customers_by_stripe_id(
        order_place of, std::string stripe_id, std::int64_t limit) override {
        return read<std::vector<order_customer_row>>([of, stripe_id, limit](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_CUSTOMER_COLUMNS
                       " FROM order_customers WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND stripe_customer_id = ? AND stripe_customer_id <> "
                       "''" TOLLGATE_OLDEST_FIRST,
                       of.team_id,
                       of.account_id,
                       stripe_id,
                       limit};
            return all_of(rows, read_customer<query>);
        });
    }
    awaitable<result<std::optional<order_customer_row>>> find_customer(order_place of,
                                                                       std::string id) override {
        return read<std::optional<order_customer_row>>([of, id](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_CUSTOMER_COLUMNS
                       " FROM order_customers WHERE source = " TOLLGATE_ORDER_SOURCE " AND id = ?",
                       of.team_id, of.account_id, id};
            return first_of(rows, read_customer<query>);
        });
    }
    awaitable<result<std::vector<order_row>>> orders_of(order_place of, std::string customer_id,
                                                        page where) override {
        return read<std::vector<order_row>>([of, customer_id, where](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_ORDER_COLUMNS
                       " FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND customer_id = ?" TOLLGATE_ORDER_PAGE,
                       of.team_id,
                       of.account_id,
                       customer_id,
                       older_than(where),
                       where.before_id,
                       static_cast<std::int64_t>(where.limit)};
            return all_of(rows, read_order<query>);
        });
    }
    awaitable<result<std::optional<order_row>>> find_order(order_place of,
                                                           std::string id) override {
        return read<std::optional<order_row>>([of, id](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_ORDER_COLUMNS
                       " FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE " AND id = ?",
                       of.team_id, of.account_id, id};
            return first_of(rows, read_order<query>);
        });
    }
    awaitable<result<std::vector<order_row>>> orders_by_payment(order_place of,
                                                                std::string payment_id,
                                                                std::int64_t limit) override {
        return read<std::vector<order_row>>([of, payment_id, limit](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_ORDER_COLUMNS
                       " FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND payment_id = ? AND payment_id <> ''" TOLLGATE_OLDEST_FIRST,
                       of.team_id,
                       of.account_id,
                       payment_id,
                       limit};
            return all_of(rows, read_order<query>);
        });
    }
    awaitable<result<std::vector<refund_log_row>>> refunds_of(order_place of, std::string order_id,
                                                              std::int64_t limit) override {
        return read<std::vector<refund_log_row>>([of, order_id, limit](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_REFUND_COLUMNS
                       " FROM refund_log WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND order_id = ?" TOLLGATE_OLDEST_FIRST,
                       of.team_id,
                       of.account_id,
                       order_id,
                       limit};
            return all_of(rows, read_refund<query>);
        });
    }
    awaitable<result<std::vector<currency_revenue>>> revenue(order_place of, timestamp from,
                                                             timestamp to) override {
        return read<std::vector<currency_revenue>>(
            [of, from, to](session& db) { return revenue_of(db, of, from, to); });
    }
    awaitable<result<std::int64_t>> count_delivered(order_place of, std::string order_id) override {
        return read<std::int64_t>([of, order_id](session& db) {
            query rows{db,
                       "SELECT count(*) FROM refund_log WHERE source = " TOLLGATE_ORDER_SOURCE
                       " AND order_id = ? AND delivered_at IS NOT NULL",
                       of.team_id, of.account_id, order_id};
            return rows.next() ? rows.integer() : 0;
        });
    }
    awaitable<result<std::optional<timestamp>>> next_refund_delivery() override {
        return read<std::optional<timestamp>>([](session& db) {
            query rows{db,
                       "SELECT due_at FROM refund_log WHERE due_at IS NOT NULL ORDER BY due_at "
                       "LIMIT 1"};
            return rows.next() ? std::optional{rows.time()} : std::nullopt;
        });
    }

private:
    template <typename Value>
    awaitable<result<Value>> read(std::function<Value(session&)> select) {
        const auto value = std::make_shared<Value>();
        auto use = [value, select = std::move(select)](session& db) { *value = select(db); };
        const auto done = co_await read_(std::move(use));
        if (!done) co_return done.error();
        co_return std::move(*value);
    }

    reading read_;
};

}  // namespace

std::unique_ptr<order_reads> make_order_reads(reading read) {
    return std::make_unique<sql_order_reads>(std::move(read));
}

}  // namespace tollgate::storage::sql
