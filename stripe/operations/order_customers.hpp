// The company's customers that a call is about, inside the data of its MCP server.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "stripe/operations/operation_context.hpp"

namespace tollgate::stripe {

// What rules of the server's data say of the company's own records. They have no metadata and no
// scope of their own, so they are inside as far as the customer's record at Stripe is.
struct data_gate {
    bool customers = false;  // calls that read customers have such rules, or are refused
    bool charges = false;    // calls that list charges

    bool any() const { return customers || charges; }
};
// Asks the rules; sends nothing.
data_gate gate_of(const operation_context& in);

// Customers, and those that are not shown because they are not known to be inside.
struct order_customers {
    std::vector<storage::order_customer_row> rows;
    std::int64_t left_out = 0;
};

// The customers with that e-mail address or id; under `gate`, those whose record at Stripe may be
// read: that is asked by ordinary calls. Fails as order_desk does.
base::awaitable<base::result<order_customers>> find_customers(const operation_context& in,
                                                              const customer_wish& wish,
                                                              data_gate gate);

// Says which customers were left out, and in which texts third parties wrote.
void write_customer_remarks(operation_answer& answer, const order_customers& found);

}  // namespace tollgate::stripe
