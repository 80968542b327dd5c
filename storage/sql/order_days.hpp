// Sums of a company's orders by currency and day, kept beside the orders in the same transaction.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "storage/order_rows.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// Days since 1970-01-01 in UTC.
std::int64_t day_of(timestamp at);
// The beginning of that day, in Unix milliseconds.
std::int64_t day_begin_ms(std::int64_t day);

// Collects what orders add to the sums of their days. Not thread-safe.
class day_changes {
public:
    // Adds the order with `sign` 1; subtracts it with -1.
    void count(const order_row& order, int sign);
    // Adds what was refunded of an order with that currency and time.
    void count_refund(const std::string& currency, timestamp created_at, std::int64_t amount);
    // Writes the collected changes. All writers take the days in one order, so that they cannot
    // deadlock. Call it after writing the orders' own rows. Throws sql_error.
    void write(session& db, std::int64_t source) const;

private:
    struct sums {
        std::int64_t orders = 0;
        std::int64_t amount = 0;
        std::int64_t refunded = 0;
    };

    std::map<std::pair<std::string, std::int64_t>, sums> days_;
};

}  // namespace tollgate::storage::sql
