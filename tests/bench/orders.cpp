// What imports and look-ups of a company's orders cost in the record store (SQLite), with 100,000
// customers and 1,000,000 orders unless told otherwise: orders_bench [CUSTOMERS]. Ends with status
// 1 if the median of a look-up takes 20 ms or more.
#include "storage/changes/orders.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "storage/changes/accounts.hpp"
#include "storage/changes/teams.hpp"
#include "storage/sqlite.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::storage;
using std::chrono::steady_clock;
using test::run_sync;

constexpr std::int64_t orders_of_each = 10;
constexpr std::int64_t in_batch = 5'000;
constexpr std::int64_t start_ms = 1'760'000'000'000;
constexpr std::int64_t year_ms = 365LL * 24 * 3'600 * 1'000;
constexpr std::int64_t month_ms = year_ms / 12;
constexpr double limit_ms = 20;
const order_place place{"team_a", "ia_a"};

double ms_since(steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(steady_clock::now() - began).count();
}

void prepare(record_store& store) {
    account_row account;
    account.id = place.account_id;
    account.team_id = place.team_id;
    account.mode = storage::account_mode::test;
    account.kind = "restricted";
    account.tags = "[]";
    account.orders = "tables";
    std::vector<change> changes{add_team{{"team_a", "A", base::from_unix_ms(1)}},
                                add_account{account, 10}};
    if (!run_sync(store.commit(std::move(changes)))) std::exit(2);
}

std::string email_of(std::int64_t number) {
    return "customer" + std::to_string(number * 7919 % 1'000'003) + "@example.com";
}

order_customer_entry customer(std::int64_t number) {
    order_customer_entry out;
    out.row.id = "customer-" + std::to_string(number);
    out.row.email = email_of(number);
    out.row.name = "A name of usual length";
    out.row.stripe_customer_id = "cus_" + std::to_string(number);
    out.row.created_at = base::from_unix_ms(start_ms);
    out.email_key = out.row.email;
    return out;
}

// Orders in the order of their time, of customers in turn, over a year.
order_row order(std::int64_t number, std::int64_t customers) {
    constexpr std::int64_t amount_span = 100'000;
    order_row out;
    out.id = "order-" + std::to_string(number);
    out.customer_id = "customer-" + std::to_string(number * 7907 % customers);
    out.payment_id = "pi_3To18wCLuf9LMqJ1" + std::to_string(number);
    out.amount = 100 + number % amount_span;
    out.currency = number % 5 == 0 ? "eur" : "usd";
    const std::int64_t all = customers * orders_of_each;
    out.created_at = base::from_unix_ms(start_ms + number * (year_ms / all));
    return out;
}

import_orders batch(std::int64_t from, std::int64_t to, std::int64_t customers, bool of_orders) {
    import_orders out;
    out.place = place;
    out.found = std::make_shared<orders_imported>();
    for (std::int64_t i = from; i < to; ++i)
        if (of_orders)
            out.orders.push_back(order(i, customers));
        else
            out.customers.push_back(customer(i));
    return out;
}

void import(record_store& store, const char* what, std::int64_t count, std::int64_t customers,
            bool of_orders) {
    const auto began = steady_clock::now();
    for (std::int64_t from = 0; from < count; from += in_batch) {
        std::vector<change> changes{
            batch(from, std::min(count, from + in_batch), customers, of_orders)};
        if (!run_sync(store.commit(std::move(changes)))) std::exit(2);
    }
    const double took = ms_since(began);
    std::cout << std::left << std::setw(28) << what << count << " rows, "
              << static_cast<std::int64_t>(static_cast<double>(count) * 1'000 / took)
              << " rows/s\n";
}

// Prints median and 99th percentile of a look-up; false if the median is too slow.
bool measure(const char* what, const std::function<std::size_t(std::int64_t)>& look) {
    constexpr int rounds = 200;
    std::vector<double> times;
    std::size_t found = 0;
    for (std::int64_t i = 0; i < rounds; ++i) {
        const auto began = steady_clock::now();
        found += look(i * 499);
        times.push_back(ms_since(began));
    }
    std::sort(times.begin(), times.end());
    const double median = times[times.size() / 2];
    std::cout << std::left << std::setw(28) << what << std::fixed << std::setprecision(3) << median
              << " ms, p99 " << times[times.size() * 99 / 100] << " ms, " << found << " found\n";
    return median < limit_ms && found > 0;
}

bool look(record_store& store, std::int64_t customers) {
    auto& orders = store.orders();
    const std::int64_t all = customers * orders_of_each;
    page where;
    bool good = measure("customers_by_email", [&](std::int64_t i) {
        return run_sync(orders.customers_by_email(place, email_of(i % customers), 20))
            .value()
            .size();
    });
    good = measure("customers_by_stripe_id",
                   [&](std::int64_t i) {
                       return run_sync(orders.customers_by_stripe_id(
                                           place, "cus_" + std::to_string(i % customers), 20))
                           .value()
                           .size();
                   }) &&
           good;
    good =
        measure("orders_of a customer",
                [&](std::int64_t i) {
                    return run_sync(orders.orders_of(
                                        place, "customer-" + std::to_string(i % customers), where))
                        .value()
                        .size();
                }) &&
        good;
    good =
        measure("find_order",
                [&](std::int64_t i) {
                    return static_cast<std::size_t>(
                        run_sync(orders.find_order(place, "order-" + std::to_string(i * 11 % all)))
                            .value()
                            .has_value());
                }) &&
        good;
    good =
        measure("orders_by_payment",
                [&](std::int64_t i) {
                    return run_sync(
                               orders.orders_by_payment(
                                   place, "pi_3To18wCLuf9LMqJ1" + std::to_string(i * 11 % all), 20))
                        .value()
                        .size();
                }) &&
        good;
    return measure("revenue of a month",
                   [&](std::int64_t i) {
                       const std::int64_t from = start_ms + i * 1'000 % (year_ms - month_ms);
                       return run_sync(orders.revenue(place, base::from_unix_ms(from),
                                                      base::from_unix_ms(from + month_ms)))
                           .value()
                           .size();
                   }) &&
           good;
}

}  // namespace

int main(int count, char** words) {
    const std::int64_t customers = count > 1 ? std::atoll(words[1]) : 100'000;
    const test::temp_dir directory;
    base::null_logger quiet;
    sqlite_options options;
    options.file = directory.file("orders.db");
    const auto store = open_sqlite(options, quiet).value();
    prepare(*store);
    import(*store, "import of customers", customers, customers, false);
    import(*store, "import of orders", customers * orders_of_each, customers, true);
    import(*store, "the same orders again", customers, customers, true);
    return look(*store, customers) ? 0 : 1;
}
