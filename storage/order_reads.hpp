// Port: the companies' own orders in the record store, as they are read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "storage/order_book.hpp"

namespace tollgate::storage {

// Fails as every call of record_store does.
class order_reads : public order_book {
public:
    // The number of rows of an order's refund log that were delivered to the company's own
    // database. Read it before reading the order there: order_claim::delivered.
    virtual base::awaitable<base::result<std::int64_t>> count_delivered(order_place of,
                                                                        std::string order_id) = 0;
    // When the next row of a refund log is to be delivered.
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_refund_delivery() = 0;
};

}  // namespace tollgate::storage
