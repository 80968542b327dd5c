// The rules on refunding a company's order, whatever other rules say.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tenancy/orders/order_refund.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::stripe {

// When a refund of an order is decided, and the age above which neither orders nor payments are
// refunded through an order (setting orders.refund_days).
struct refund_time {
    base::timestamp now;
    std::chrono::days age_max;
};

// What must be known of the payment at Stripe.
constexpr tenancy::state_set order_states = tenancy::bit(tenancy::state_kind::remaining) |
                                            tenancy::bit(tenancy::state_kind::dispute) |
                                            tenancy::bit(tenancy::state_kind::age);

// A rule that a refund breaks. `rule` is one of order_owner, order_status, order_age,
// order_currency, order_remaining, order_dispute, order_busy, orders_unavailable.
struct broken_rule {
    std::string_view rule;
    std::string reason;    // a sentence: what is not allowed
    std::string remedy{};  // a sentence: what would be; or empty
    bool passing = false;  // the same refund may be possible soon
};

// What the company's own record says against the refund; nothing if it may be made. Pure.
std::optional<broken_rule> broken_by_order(const tenancy::order_refund& asked,
                                           const storage::order_row& order, refund_time at);

// What Stripe's state says against it. A fact that is not known breaks its rule. Pure.
std::optional<broken_rule> broken_by_payment(const tenancy::order_refund& asked,
                                             const tenancy::state_facts& state, refund_time at);

// "49.99 USD"; of an unknown currency, the number and its code.
std::string money_words(std::int64_t amount, std::string_view currency);

// The text of the result for a refund that breaks it: {"error":{…}}.
std::string broken_text(const broken_rule& why);

}  // namespace tollgate::stripe
