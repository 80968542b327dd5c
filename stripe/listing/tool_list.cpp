#include "stripe/listing/tool_list.hpp"

#include <algorithm>
#include <array>

#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/connected_account.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::listing_mode;

constexpr std::array<std::string_view, 16> pins{
    "get_single_stripe_balance_by_id",
    "list_all_stripe_charges",
    "get_single_stripe_charge_by_id",
    "create_a_stripe_refund",
    "list_all_stripe_disputes",
    "list_all_stripe_customers",
    "get_single_stripe_customer_by_id",
    "list_all_stripe_payouts",
    "list_all_stripe_balance_transactions",
    "get_single_stripe_payment_intent_by_id",
    "list_all_stripe_customer_subscriptions",
    "get_single_stripe_payout_by_id",
    "create_a_stripe_customer",
    "list_all_stripe_refunds",
    "list_all_stripe_invoices",
    "create_a_stripe_checkout_session",
};

std::uint64_t greatest(const token_estimates& tokens) {
    return std::max(tokens.openai, tokens.claude);
}

void add(const token_estimates& more, token_estimates& to) {
    to.openai += more.openai;
    to.claude += more.claude;
}

// The token cost of each operation's tool, by its index in operations(). Computed once.
const std::vector<token_estimates>& costs() {
    static const std::vector<token_estimates> all = [] {
        std::vector<token_estimates> out;
        for (const auto& one : operations())
            out.push_back(estimate_tokens_by_family(one.tool_json()));
        return out;
    }();
    return all;
}

const token_estimates& cost_of(const operation& one) {
    return costs()[static_cast<std::size_t>(&one - operations().data())];
}

// The addition to every operation's tool.
struct addition {
    explicit addition(std::string_view member)
        : bytes(member.empty() ? 0 : member.size() + 1),
          tokens(estimate_tokens_by_family(member)) {}
    std::size_t bytes;
    token_estimates tokens;
};

token_estimates cost_of(const operation& one, const addition& with) {
    auto out = cost_of(one);
    add(with.tokens, out);
    return out;
}

struct visible_operations {
    std::vector<const operation*> all;
    token_estimates tokens;
};

visible_operations find_visible(const tenancy::tool_filter& filter, tenancy::account_mode mode,
                                const addition& added) {
    visible_operations out;
    for (const auto& one : operations()) {
        if (!is_visible(one, filter, mode)) continue;
        out.all.push_back(&one);
        add(cost_of(one, added), out.tokens);
    }
    return out;
}

bool searches(const token_estimates& full, const tenancy::listing_rules& rules) {
    if (rules.mode == listing_mode::automatic) return greatest(full) > rules.tokens_max;
    return rules.mode == listing_mode::search;
}

// The token cost of the tools of config.deep_research.
token_estimates cost_of(std::span<const research_tool_entry> tools) {
    token_estimates out;
    for (const auto& one : tools) add(estimate_tokens_by_family(one.json), out);
    return out;
}

token_estimates cost_of(const std::vector<const operations_tool_entry*>& tools) {
    token_estimates out;
    for (const auto* one : tools) add(estimate_tokens_by_family(one->json), out);
    return out;
}

bool any_called_by(search_tool which, const std::vector<const operation*>& visible) {
    if (which == search_tool::find || which == search_tool::describe) return true;
    return std::any_of(visible.begin(), visible.end(),
                       [&](const operation* one) { return caller_of(*one) == which; });
}

void add_search_tools(const std::vector<const operation*>& visible, tool_list& out) {
    for (const auto& one : search_tools()) {
        if (!any_called_by(one.which, visible)) continue;
        out.search_tools.push_back(&one);
        out.bytes += one.json.size();
        add(estimate_tokens_by_family(one.json), out.tokens);
    }
}

void add(const operation& one, const addition& added, tool_list& out) {
    out.operations.push_back(&one);
    out.bytes += one.tool_json().size() + added.bytes;
    add(cost_of(one, added), out.tokens);
}

const operation* find_in(const std::vector<const operation*>& visible, std::string_view name) {
    const auto found = std::lower_bound(
        visible.begin(), visible.end(), name,
        [](const operation* one, std::string_view wanted) { return one->tool_name() < wanted; });
    return found != visible.end() && (*found)->tool_name() == name ? *found : nullptr;
}

// Pins from the config are all shown; the default ones only within the budget.
void add_pins(const std::vector<const operation*>& visible, const tenancy::listing_rules& rules,
              const addition& added, tool_list& out) {
    const auto pin = [&](std::string_view name, bool within_budget) {
        const operation* const one = find_in(visible, name);
        if (one == nullptr) return;
        auto with = out.tokens;
        add(cost_of(*one, added), with);
        if (within_budget && greatest(with) > rules.tokens_max) return;
        add(*one, added, out);
    };
    if (rules.pinned)
        for (const auto& name : *rules.pinned) pin(name, false);
    else
        for (const auto name : pins) pin(name, true);
    const auto by_name = [](const operation* a, const operation* b) {
        return a->tool_name() < b->tool_name();
    };
    std::sort(out.operations.begin(), out.operations.end(), by_name);
    out.operations.erase(std::unique(out.operations.begin(), out.operations.end()),
                         out.operations.end());
}

}  // namespace

tool_list list_tools(const tenancy::tool_filter& filter, const tenancy::listing_rules& rules,
                     tenancy::account_mode mode, std::string_view added_argument, bool orders) {
    const addition added{added_argument};
    const auto visible = find_visible(filter, mode, added);
    tool_list out;
    out.reachable = visible.all.size();
    out.research_tools = research_tools(filter, rules, mode);
    for (const auto& one : out.research_tools) out.bytes += one.json.size();
    add(cost_of(out.research_tools), out.tokens);
    if (orders) out.operations_tools = shown_operations(filter, mode);
    for (const auto* one : out.operations_tools) out.bytes += one->json.size();
    add(cost_of(out.operations_tools), out.tokens);
    const auto writes = [](const operation* one) { return has_receipt(one->method()); };
    if (std::ranges::any_of(visible.all, writes)) {
        out.receipt_tool = receipt_tool_json();
        out.bytes += out.receipt_tool.size();
        add(estimate_tokens_by_family(out.receipt_tool), out.tokens);
    }
    auto full = out.tokens;
    add(visible.tokens, full);
    out.searching = searches(full, rules);
    if (out.searching) {
        add_search_tools(visible.all, out);
        add_pins(visible.all, rules, added, out);
    } else {
        for (const auto* one : visible.all) add(*one, added, out);
    }
    return out;
}

bool lists_search_tools(const tenancy::tool_filter& filter, const tenancy::listing_rules& rules,
                        tenancy::account_mode mode, std::string_view added_argument, bool orders) {
    if (rules.mode != listing_mode::automatic) return rules.mode == listing_mode::search;
    const addition added{added_argument};
    token_estimates full = cost_of(research_tools(filter, rules, mode));
    if (orders) add(cost_of(shown_operations(filter, mode)), full);
    bool writes = false;
    for (const auto& one : operations()) {
        if (!is_visible(one, filter, mode)) continue;
        if (!writes && has_receipt(one.method())) {
            writes = true;
            add(estimate_tokens_by_family(receipt_tool_json()), full);
        }
        add(cost_of(one, added), full);
        if (greatest(full) > rules.tokens_max) return true;
    }
    return false;
}

tool_list list_tools(const tenancy::grant& grant) {
    return list_tools(grant.filter, grant.listing, grant.account->mode,
                      connected_account_member(grant.account->connected_accounts),
                      has_orders(grant));
}

bool lists_search_tools(const tenancy::grant& grant) {
    return lists_search_tools(grant.filter, grant.listing, grant.account->mode,
                              connected_account_member(grant.account->connected_accounts),
                              has_orders(grant));
}

std::span<const std::string_view> usual_pins() noexcept {
    return pins;
}

}  // namespace tollgate::stripe
