// Tools that consist of several calls. A filter may select them by name, method and tag; rules
// cannot, because rules decide about the individual calls.
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "tenancy/rules/filter.hpp"

namespace tollgate::tenancy {

constexpr std::array<std::string_view, 1> operations_tag{"operations"};

// In the order in which they are listed. Accounts without orders have none of them.
constexpr std::array<tool_facts, 7> composite_tools{{
    {"lookup_customer", method::get, operations_tag},
    {"list_payments", method::list, operations_tag},
    {"get_order_history", method::list, operations_tag},
    {"issue_refund", method::create, operations_tag},
    {"create_payment_link", method::create, operations_tag},
    {"revenue_summary", method::list, operations_tag},
    {"flag_for_review", method::create, operations_tag},
}};

inline bool is_composite(std::string_view name) {
    return std::ranges::any_of(composite_tools,
                               [&](const tool_facts& one) { return one.name == name; });
}

}  // namespace tollgate::tenancy
