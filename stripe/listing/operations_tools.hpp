// The tools of tag "operations", which join Stripe with the company's own orders: when they are
// shown, and their texts.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

enum class operations_tool : std::uint8_t {
    lookup_customer,
    list_payments,
    get_order_history,
    issue_refund,
    create_payment_link,
    revenue_summary,
    flag_for_review,
};

struct operations_tool_entry {
    operations_tool which;
    tenancy::tool_facts facts;  // the facts by which a filter selects it
    // The ordinary tools that must all be shown for this tool to be shown. Empty if it sends
    // nothing to Stripe, or reports what it could not read.
    std::span<const std::string_view> needs;
    std::string_view json;  // as tools/list shows it
};

// All of them, in the order in which they are listed; they live as long as the process.
std::span<const operations_tool_entry> operations_tools();

// The tool with that name, or null.
const operations_tool_entry* find_operations_tool(std::string_view name);

// True if the filter allows the tool and every tool that it needs. The caller has checked that the
// account has orders. Pure.
bool passes_operation(const operations_tool_entry& one, const tenancy::tool_filter& filter,
                      tenancy::account_mode mode);

// The tools that a server of an account with orders shows.
std::vector<const operations_tool_entry*> shown_operations(const tenancy::tool_filter& filter,
                                                           tenancy::account_mode mode);

// True if the account of the grant has orders.
inline bool has_orders(const tenancy::grant& grant) {
    return grant.account->orders != tenancy::orders_kind::none;
}

// True if `grant` shows the tool.
bool shows_operation(const operations_tool_entry& one, const tenancy::grant& grant);

}  // namespace tollgate::stripe
