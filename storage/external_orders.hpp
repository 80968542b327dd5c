// Port: orders in the companies' own databases.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/order_book.hpp"

namespace tollgate::storage {

// Thread-safe; every call resumes on the caller's executor. All arguments are values. Reads change
// nothing. Every call fails with errc::unavailable "orders_unavailable" if the database cannot be
// reached or does not answer in time, or if that account has none.
class external_orders : public order_book {
public:
    // True if the operator has configured a database for that account. Does not block.
    virtual bool has(const order_place& place) const = 0;

    // Writes a line of the refund log: a refund or, if it has no receipt, a flag. May be called
    // again for the same line; the company's statement must then change nothing.
    virtual base::awaitable<base::result<>> insert(order_place place, refund_log_row row) = 0;
};

}  // namespace tollgate::storage
