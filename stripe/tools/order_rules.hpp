// The rules for refunding a company's order. They apply in addition to all other rules.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tenancy/orders/order_refund.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::stripe {

// The time at which a refund of an order is decided, and the maximum age of orders and payments
// that may be refunded through an order (setting orders.refund_days).
struct refund_time {
    base::timestamp now;
    std::chrono::days age_max;
};

// The facts about the payment at Stripe that must be known.
constexpr tenancy::state_set order_states = tenancy::bit(tenancy::state_kind::remaining) |
                                            tenancy::bit(tenancy::state_kind::dispute) |
                                            tenancy::bit(tenancy::state_kind::age);

// A rule that a refund breaks. `rule` is one of order_owner, order_status, order_age,
// order_currency, order_remaining, order_dispute, order_busy, orders_unavailable.
struct broken_rule {
    std::string_view rule;
    std::string reason;    // a sentence: what is not allowed
    std::string remedy{};  // a sentence: what would be allowed; or empty
    bool passing = false;  // the same refund may be possible soon
};

// The rule broken according to the company's own record; nullopt if the refund may be made. Pure.
std::optional<broken_rule> broken_by_order(const tenancy::order_refund& asked,
                                           const storage::order_row& order, refund_time at);

// The rule broken according to Stripe's state. An unknown fact breaks its rule. Pure.
std::optional<broken_rule> broken_by_payment(const tenancy::order_refund& asked,
                                             const tenancy::state_facts& state, refund_time at);

// "49.99 USD"; for an unknown currency, the number and its code.
std::string money_words(std::int64_t amount, std::string_view currency);

// The text of the result for a refund that breaks the rule: {"error":{…}}.
std::string broken_text(const broken_rule& why);

}  // namespace tollgate::stripe
