// The company's customers that a call concerns, within the data scope of its MCP server.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "stripe/operations/operation_context.hpp"

namespace tollgate::stripe {

// What the rules on the server's data mean for the company's own records. These have no metadata or
// scope of their own: they are in scope exactly when the customer's record at Stripe is.
struct data_gate {
    bool customers = false;  // calls that read customers have such rules or are refused
    bool charges = false;    // the same for calls that list charges

    bool any() const { return customers || charges; }
};
// Evaluates the rules; sends nothing.
data_gate gate_of(const operation_context& in);

// Customers that are shown, and those that are not shown because it is not known that they are in
// scope.
struct order_customers {
    std::vector<storage::order_customer_row> rows;
    std::int64_t left_out = 0;
};

// The customers with that e-mail address or id. Under `gate`, only those whose record at Stripe may
// be read, which is checked by ordinary calls. Fails as order_desk does.
base::awaitable<base::result<order_customers>> find_customers(const operation_context& in,
                                                              const customer_query& customer,
                                                              data_gate gate);

// Reports which customers were left out, and which texts were written by third parties.
void write_customer_remarks(operation_answer& answer, const order_customers& found);

}  // namespace tollgate::stripe
