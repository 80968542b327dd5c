// Chooses the order of a refund.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "stripe/operations/order_pages.hpp"
#include "stripe/tools/order_rules.hpp"

namespace tollgate::stripe {

// The case that several orders match, or none can be refunded: the newest of them, for the answer.
struct order_choice {
    std::vector<storage::order_row> orders;
    bool more = false;
};

// The order; or the choice; or the rule that refuses it; or why the orders could not be read.
using chosen_order = std::variant<storage::order_row, order_choice, broken_rule, base::failure>;

// The order that the call names by `order` ("latest": the customers' newest one) or by `payment`;
// without either, the only one that can be refunded. A call with the operation key of an earlier
// refund means that refund's order, unless `order` names another. Every order belongs to one of
// `customers`.
base::awaitable<chosen_order> choose_order(
    const operation_context& in, const std::vector<storage::order_customer_row>& customers);

// The requested refund of the order: `amount` if given, otherwise everything that remains of it.
tenancy::order_refund refund_of(const operation_context& in, const storage::order_row& order,
                                std::optional<std::int64_t> amount);

}  // namespace tollgate::stripe
