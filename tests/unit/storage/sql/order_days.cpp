// The sums of orders by day, on both databases: they follow every change of an order.
#include "storage/sql/order_days.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "storage/changes/orders.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/unit/storage/backends.hpp"

namespace order_days_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::fill;
using test::put;
using test::run_sync;

namespace {

const order_place place{"team_a", "ia_a"};
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t days_of_test = 12;

// Whole days are likely ends of ranges.
base::timestamp random_time(std::mt19937& chance) {
    std::uniform_int_distribution<std::int64_t> days{-2, days_of_test};
    std::uniform_int_distribution<std::int64_t> within{0, day_ms - 1};
    const bool whole = chance() % 3 == 0;
    return base::from_unix_ms(days(chance) * day_ms + (whole ? 0 : within(chance)));
}

order_row random_order(std::mt19937& chance, std::size_t number) {
    order_row out;
    out.id = "o" + std::to_string(number);
    out.customer_id = "c1";
    out.payment_id = "pi_" + out.id;
    out.amount = 1'000 + static_cast<std::int64_t>(chance() % 1'000);
    out.refunded = static_cast<std::int64_t>(chance() % 3) * 100;
    out.currency = chance() % 4 == 0 ? "jpy" : "usd";
    out.created_at = random_time(chance);
    return out;
}

void import(record_store& store, std::vector<order_row>& known,
            const std::vector<order_row>& rows) {
    import_orders what;
    what.place = place;
    what.orders = rows;
    what.found = std::make_shared<orders_imported>();
    REQUIRE(put(store, {std::move(what)}));
    for (const auto& row : rows) {
        const auto same = [&](const order_row& one) { return one.id == row.id; };
        const auto found = std::find_if(known.begin(), known.end(), same);
        if (found == known.end()) {
            known.push_back(row);
            continue;
        }
        const auto before = found->refunded;
        *found = row;
        found->refunded = std::max(before, row.refunded);
    }
}

void check_sums(record_store& store, const std::vector<order_row>& known, base::timestamp from,
                base::timestamp to) {
    std::map<std::string, currency_revenue> expected;
    for (const auto& row : known) {
        if (row.created_at < from || row.created_at >= to) continue;
        auto& sum = expected[row.currency];
        ++sum.orders;
        sum.amount += row.amount;
        sum.refunded += row.refunded;
    }
    const auto found = run_sync(store.orders().revenue(place, from, to)).value();
    REQUIRE(found.size() == expected.size());
    for (const auto& one : found) {
        INFO(base::to_unix_ms(from) << " to " << base::to_unix_ms(to) << " " << one.currency);
        const auto& sum = expected[one.currency];
        CHECK(one.orders == sum.orders);
        CHECK(one.amount == sum.amount);
        CHECK(one.refunded == sum.refunded);
    }
}

struct fresh_sqlite {
    test::temp_dir dir;
    storage::sqlite::database db{dir.file("t.db"), storage::sqlite::access::read_write};
};
struct fresh_postgresql {
    test::postgres_database database;
    storage::postgresql::connection db{{database.url()}};
};

}  // namespace

TEMPLATE_TEST_CASE("storage order days: sums of any range are those of the orders", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    import_orders customers;
    customers.place = place;
    customers.customers.resize(1);
    customers.customers.front().row.id = "c1";
    customers.found = std::make_shared<orders_imported>();
    REQUIRE(put(*store, {std::move(customers)}));
    std::mt19937 chance{20'261'130};
    std::vector<order_row> known;
    for (int round = 0; round < 8; ++round) {
        std::vector<order_row> rows;
        for (int i = 0; i < 30; ++i) rows.push_back(random_order(chance, chance() % 120));
        import(*store, known, rows);
        for (int i = 0; i < 12; ++i) {
            auto from = random_time(chance);
            auto to = random_time(chance);
            if (to < from) std::swap(from, to);
            check_sums(*store, known, from, to);
        }
    }
    check_sums(*store, known, base::from_unix_ms(-3 * day_ms),
               base::from_unix_ms(days_of_test * 2 * day_ms));
    const auto none =
        run_sync(store->orders().revenue(place, base::from_unix_ms(9), base::from_unix_ms(3)));
    CHECK(none.value().empty());
}

TEMPLATE_TEST_CASE("storage order days: the migration sums the orders that exist", "[storage]",
                   fresh_sqlite, fresh_postgresql) {
    TestType backend;
    sql::session& db = backend.db;
    const auto steps = sql::built_in_migrations(db.sql_dialect());
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [](const auto& s) { return s.name == "order_days"; });
    REQUIRE(found != steps.end());
    const auto before = static_cast<std::size_t>(found - steps.begin());
    const base::timestamp now = base::from_unix_ms(1'800'000'000'000);
    REQUIRE(sql::migrate(db, std::span{steps}.first(before), now).has_value());
    const std::int64_t source = 7;
    std::int64_t number = 0;
    for (const std::int64_t at : {std::int64_t{-1}, -day_ms, std::int64_t{0}, day_ms - 1, day_ms})
        db.run(
            "INSERT INTO orders (source, id, customer_id, payment_id, amount, currency, refunded, "
            "status, created_at) VALUES (?, ?, 'c', '', 100, 'usd', 10, 'partially_refunded', ?)",
            source, std::to_string(++number), at);
    REQUIRE(sql::migrate(db, steps, now).has_value());
    sql::query rows{db, "SELECT day, orders, amount, refunded FROM order_days ORDER BY day"};
    for (const auto& [day, orders] : {std::pair{-1, 2}, std::pair{0, 2}, std::pair{1, 1}}) {
        REQUIRE(rows.next());
        CHECK(rows.integer() == day);
        CHECK(rows.integer() == orders);
        CHECK(rows.integer() == orders * 100);
        CHECK(rows.integer() == orders * 10);
    }
    CHECK_FALSE(rows.next());
}

}  // namespace order_days_test
