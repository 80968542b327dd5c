// One record of an import: a customer or an order, from named texts.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "storage/order_rows.hpp"

namespace tollgate::tenancy {

struct record_field {
    std::string name;
    std::string value;
};

using order_record = std::variant<storage::order_customer_row, storage::order_row>;

// Reads a record. `type` is "customer" or "order"; without it, a record with an amount is an order.
// An empty value counts as absent. A customer has id, email and created_at, and may have name and
// stripe_customer_id; an order has id, customer_id, amount, currency and created_at, and may have
// payment_id, refunded and status. Amounts are whole numbers in the currency's minor unit; times
// are ISO 8601 with a zone, or a date, which means midnight in UTC. Fails with invalid_argument and
// a sentence that names the field.
base::result<order_record> read_order_record(const std::vector<record_field>& fields);

}  // namespace tollgate::tenancy
