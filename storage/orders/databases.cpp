// The companies' own databases of orders: reads and refund logs, each on its own threads.
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "storage/external_databases.hpp"
#include "storage/orders/source.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/order_columns.hpp"

namespace tollgate::storage {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using external::named_value;
using external::source;
using sql::value;

constexpr std::string_view not_whole =
    "a column that must be a whole number is NULL, or is none: convert it in the query";

base::failure unavailable() {
    return fail(errc::unavailable, "orders_unavailable",
                "the company's orders cannot be read now; try again later");
}

// The columns of a row in their order.
class row_reader {
public:
    explicit row_reader(const sql::cursor& row) : row_(row) {}

    std::string text() { return std::string{row_.bytes(column_++)}; }
    std::int64_t integer() {
        if (row_.null(column_))
            throw sql::sql_error(sql::fault_kind::other, std::string{not_whole});
        return row_.integer(column_++);
    }
    timestamp time() { return base::from_unix_ms(integer()); }

private:
    const sql::cursor& row_;
    int column_ = 0;
};

// Currencies are compared in lower case.
order_row read_order(row_reader& row) {
    order_row out = sql::read_order(row);
    out.currency = base::to_lower(out.currency);
    return out;
}

currency_revenue read_revenue(row_reader& row) {
    currency_revenue out = sql::read_revenue(row);
    out.currency = base::to_lower(out.currency);
    return out;
}

template <typename Row>
std::vector<Row> rows_of(source& from, std::string_view name,
                         const std::vector<named_value>& values, const std::vector<value>& more,
                         Row (*read)(row_reader&)) {
    std::vector<Row> out;
    from.read(name, values, more, [&](const sql::cursor& one) {
        row_reader row{one};
        out.push_back(read(row));
    });
    return out;
}

template <typename Row>
std::optional<Row> first_of(std::vector<Row> rows) {
    if (rows.empty()) return {};
    return std::move(rows.front());
}

void write_line(source& to, const refund_log_row& row) {
    const std::int64_t at = base::to_unix_ms(row.created_at);
    const std::string_view text{row.reason};
    if (row.receipt_id.empty()) {
        to.write("insert_flag", {{"id", std::string_view{row.id}},
                                 {"order_id", std::string_view{row.order_id}},
                                 {"payment_id", std::string_view{row.payment_id}},
                                 {"note", text},
                                 {"flagged_by", std::string_view{row.refunded_by}},
                                 {"created_at", at}});
        return;
    }
    to.write("insert_refund", {{"id", std::string_view{row.id}},
                               {"order_id", std::string_view{row.order_id}},
                               {"payment_id", std::string_view{row.payment_id}},
                               {"stripe_refund_id", std::string_view{row.stripe_refund_id}},
                               {"receipt_id", std::string_view{row.receipt_id}},
                               {"amount", row.amount},
                               {"currency", std::string_view{row.currency}},
                               {"reason", text},
                               {"refunded_by", std::string_view{row.refunded_by}},
                               {"created_at", at}});
}

class databases final : public external_orders {
public:
    databases(std::vector<std::unique_ptr<source>> sources, base::logger& log)
        : sources_(std::move(sources)), log_(log) {}

    bool has(const order_place& place) const override { return find(place) != nullptr; }

    awaitable<result<std::vector<order_customer_row>>> customers_by_email(
        order_place place, std::string email_key, std::int64_t limit) override {
        return with<std::vector<order_customer_row>>(place, [email_key, limit](source& from) {
            return rows_of(from, "customer_by_email", {{"email", std::string_view{email_key}}},
                           {limit}, sql::read_customer<row_reader>);
        });
    }
    awaitable<result<std::vector<order_customer_row>>> customers_by_stripe_id(
        order_place place, std::string id, std::int64_t limit) override {
        return with<std::vector<order_customer_row>>(place, [id, limit](source& from) {
            return rows_of(from, "customers_by_stripe_id",
                           {{"stripe_customer_id", std::string_view{id}}}, {limit},
                           sql::read_customer<row_reader>);
        });
    }
    awaitable<result<std::optional<order_customer_row>>> find_customer(order_place place,
                                                                       std::string id) override {
        return with<std::optional<order_customer_row>>(place, [id](source& from) {
            return first_of(rows_of(from, "customer", {{"id", std::string_view{id}}},
                                    {std::int64_t{1}}, sql::read_customer<row_reader>));
        });
    }
    awaitable<result<std::vector<order_row>>> orders_of(order_place place, std::string customer_id,
                                                        page where) override {
        return with<std::vector<order_row>>(place, [customer_id, where](source& from) {
            constexpr auto latest = std::numeric_limits<std::int64_t>::max();
            const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
            return rows_of(
                from, "orders_of_customer", {{"customer_id", std::string_view{customer_id}}},
                {older, std::string_view{where.before_id}, static_cast<std::int64_t>(where.limit)},
                read_order);
        });
    }
    awaitable<result<std::optional<order_row>>> find_order(order_place place,
                                                           std::string id) override {
        return with<std::optional<order_row>>(place, [id](source& from) {
            return first_of(rows_of(from, "order", {{"id", std::string_view{id}}},
                                    {std::int64_t{1}}, read_order));
        });
    }
    awaitable<result<std::vector<order_row>>> orders_by_payment(order_place place,
                                                                std::string payment_id,
                                                                std::int64_t limit) override {
        return with<std::vector<order_row>>(place, [payment_id, limit](source& from) {
            if (payment_id.empty()) return std::vector<order_row>{};
            return rows_of(from, "orders_by_payment",
                           {{"payment_id", std::string_view{payment_id}}}, {limit}, read_order);
        });
    }
    awaitable<result<std::vector<refund_log_row>>> refunds_of(order_place place,
                                                              std::string order_id,
                                                              std::int64_t limit) override {
        return with<std::vector<refund_log_row>>(place, [order_id, limit](source& from) {
            return rows_of(from, "refunds_of_order", {{"order_id", std::string_view{order_id}}},
                           {limit}, sql::read_refund<row_reader>);
        });
    }
    awaitable<result<std::vector<currency_revenue>>> revenue(order_place place, timestamp from_time,
                                                             timestamp to) override {
        return with<std::vector<currency_revenue>>(place, [from_time, to](source& from) {
            return rows_of(from, "revenue",
                           {{"from", base::to_unix_ms(from_time)}, {"to", base::to_unix_ms(to)}},
                           {}, read_revenue);
        });
    }
    awaitable<result<>> insert(order_place place, refund_log_row row) override {
        auto write = [row = std::move(row)](source& to) {
            write_line(to, row);
            return true;
        };
        auto done = co_await with<bool>(std::move(place), std::move(write));
        if (!done) co_return done.error();
        co_return result<>{};
    }

private:
    source* find(const order_place& place) const {
        for (const auto& one : sources_)
            if (one->place().team_id == place.team_id &&
                one->place().account_id == place.account_id)
                return one.get();
        return nullptr;
    }

    // Runs `use` on a thread of the source.
    template <typename Value>
    awaitable<result<Value>> with(order_place place, std::function<Value(source&)> use) {
        source* const from = find(place);
        if (from == nullptr) co_return unavailable();
        auto job = [from, use = std::move(use)]() -> result<Value> {
            try {
                return use(*from);
            } catch (const std::exception& fault) {
                return fail(errc::unavailable, "orders_unavailable", fault.what());
            }
        };
        auto done = co_await base::run_on(from->threads(), std::move(job));
        if (!done) co_return unavailable();
        if (done->has_value()) co_return std::move(*done);
        // The database's own message is only for the operator.
        log_.error("orders_unavailable", {{"team", place.team_id},
                                          {"account", place.account_id},
                                          {"reason", done->error().message}});
        co_return unavailable();
    }

    std::vector<std::unique_ptr<source>> sources_;
    base::logger& log_;
};

}  // namespace

std::vector<std::string> external_query_names() {
    std::vector<std::string> out;
    for (const auto& kind : external::query_kinds()) out.emplace_back(kind.name);
    return out;
}

result<std::unique_ptr<external_orders>> open_external_orders(
    std::vector<external_database> databases_of, external_limits limits, base::logger& log) {
    std::vector<std::unique_ptr<source>> sources;
    std::string wrong;
    for (auto& one : databases_of) {
        sources.push_back(std::make_unique<source>(std::move(one), limits));
        std::string absent;
        for (const auto& line : sources.back()->problems(absent))
            wrong += (wrong.empty() ? "" : "\n") + line;
        if (!absent.empty())
            log.warning("orders_database_away",
                        {{"account", sources.back()->place().account_id}, {"reason", absent}});
    }
    if (!wrong.empty()) return base::invalid("bad_orders_file", wrong);
    return std::unique_ptr<external_orders>{std::make_unique<databases>(std::move(sources), log)};
}

}  // namespace tollgate::storage
