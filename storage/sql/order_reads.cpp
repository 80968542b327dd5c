// The reads of the companies' own orders.
#include <limits>
#include <utility>

#include "storage/record_store.hpp"
#include "storage/sql/order_columns.hpp"
#include "storage/sql/orders.hpp"

#define TOLLGATE_OLDEST_FIRST " ORDER BY created_at, id LIMIT ?"
#define TOLLGATE_ORDER_PAGE \
    " AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?"

namespace tollgate::storage::sql {

namespace {

using base::awaitable;
using base::result;

template <typename Row>
std::vector<Row> all(query& rows, Row (*read)(query&)) {
    std::vector<Row> out;
    while (rows.next()) out.push_back(read(rows));
    return out;
}

template <typename Row>
std::optional<Row> first(query& rows, Row (*read)(query&)) {
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
                   "SELECT currency FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE
                   " AND currency > ? ORDER BY currency LIMIT 1",
                   of.team_id, of.account_id, last};
        if (!rows.next()) return out;
        last = rows.text();
        out.push_back(last);
    }
}

std::vector<currency_revenue> revenue_of(session& db, const order_place& of, timestamp from,
                                         timestamp to) {
    std::vector<currency_revenue> out;
    const auto currencies = currencies_of(db, of);
    for (const auto& currency : currencies) {
        query rows{db,
                   "SELECT count(*), CAST(coalesce(sum(amount), 0) AS BIGINT), "
                   "CAST(coalesce(sum(refunded), 0) AS BIGINT) FROM orders WHERE source "
                   "= " TOLLGATE_ORDER_SOURCE
                   " AND currency = ? AND created_at >= ? AND created_at < ?",
                   of.team_id,
                   of.account_id,
                   currency,
                   from,
                   to};
        if (!rows.next()) continue;
        currency_revenue one;
        one.currency = currency;
        one.orders = rows.integer();
        one.amount = rows.integer();
        one.refunded = rows.integer();
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
            return all(rows, read_customer<query>);
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
            return all(rows, read_customer<query>);
        });
    }
    awaitable<result<std::optional<order_customer_row>>> find_customer(order_place of,
                                                                       std::string id) override {
        return read<std::optional<order_customer_row>>([of, id](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_CUSTOMER_COLUMNS
                       " FROM order_customers WHERE source = " TOLLGATE_ORDER_SOURCE " AND id = ?",
                       of.team_id, of.account_id, id};
            return first(rows, read_customer<query>);
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
            return all(rows, read_order<query>);
        });
    }
    awaitable<result<std::optional<order_row>>> find_order(order_place of,
                                                           std::string id) override {
        return read<std::optional<order_row>>([of, id](session& db) {
            query rows{db,
                       "SELECT " TOLLGATE_ORDER_COLUMNS
                       " FROM orders WHERE source = " TOLLGATE_ORDER_SOURCE " AND id = ?",
                       of.team_id, of.account_id, id};
            return first(rows, read_order<query>);
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
            return all(rows, read_order<query>);
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
            return all(rows, read_refund<query>);
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
