// A company's orders, page by page.
#pragma once
#include <string>
#include <vector>

#include "stripe/operations/order_customers.hpp"

namespace tollgate::stripe {

struct found_orders {
    std::vector<storage::order_row> rows;  // newest first
    bool more = false;                     // there are older ones
};

// The orders of all these customers together, starting at `where`. Fails as order_desk does.
base::awaitable<base::result<found_orders>> read_orders(
    const operation_context& in, const std::vector<storage::order_customer_row>& customers,
    tenancy::order_page where);

// The page that `next_cursor` continues, or the first one. Fails as cursor_seal::open() does.
base::result<tenancy::order_page> page_in(const operation_context& in,
                                          const customer_query& customer);

// The next_cursor for orders older than `last`, valid for the same customer only.
std::string cursor_after(const operation_context& in, const customer_query& customer,
                         const storage::order_row& last);

}  // namespace tollgate::stripe
