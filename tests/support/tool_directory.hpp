// A handful of tools to check filters against.
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::test {

class small_directory final : public tenancy::tool_directory {
public:
    std::span<const tenancy::directory_entry> tools() const override { return entries_; }
    tenancy::list_summary summarize(const tenancy::tool_filter& filter,
                                    const tenancy::listing_rules& rules,
                                    const tenancy::listed_account&) const override {
        tenancy::list_summary out;
        for (const auto& entry : entries_)
            if (filter.passes(entry.facts)) {
                ++out.listed;
                if ((tenancy::bit(entry.facts.kind) & tenancy::read_methods) == 0) ++out.writing;
                out.claude_tokens += entry.tokens;
            }
        out.reachable = out.listed;
        out.bytes = out.claude_tokens * 4;
        out.openai_tokens = out.claude_tokens;
        out.searching = rules.mode == tenancy::listing_mode::search;
        return out;
    }

    std::vector<tenancy::directory_entry> shown(const tenancy::tool_filter& filter,
                                                const tenancy::listed_account&) const override {
        std::vector<tenancy::directory_entry> out;
        for (const auto& entry : entries_)
            if (filter.passes(entry.facts)) out.push_back(entry);
        return out;
    }

    // Refunds take an amount, invoices and customers take items with prices; all take metadata.
    bool takes(std::string_view tool, const std::vector<std::string_view>& names,
               bool any_depth) const override {
        const bool refund = tool == "create_a_stripe_refund";
        if (names.front() == "metadata") return true;
        if (names.front() == "amount") return refund;
        if (names.front() == "currency") return refund || any_depth;
        if (names.front() == "reason" || names.front() == "charge") return refund;
        if (names.front() == "email" || names.front() == "name")
            return tool == "create_a_stripe_customer";
        if (names.front() == "items" && names.size() == 3)
            return names[2] == "unit_amount" && tool == "finalize_a_stripe_invoice_by_id";
        return names.front() == "unit_amount" && any_depth &&
               tool == "finalize_a_stripe_invoice_by_id";
    }

    // The reason of a refund is a choice; everything else is open.
    tenancy::possible_values values_of(std::string_view tool,
                                       const std::vector<std::string_view>& names,
                                       bool any_depth) const override {
        if (names.front() == "reason") return {{"duplicate", "fraudulent"}, false, false};
        const bool open = takes(tool, names, any_depth);
        return {{}, open, open};
    }
    bool has_currency(std::string_view code) const override {
        return code == "usd" || code == "eur" || code == "jpy" || code == "gbp";
    }

private:
    static constexpr std::array<std::string_view, 1> payments{"payments"};
    static constexpr std::array<std::string_view, 2> refunds{"payments", "refunds"};
    static constexpr std::array<std::string_view, 1> invoices{"invoices"};
    static constexpr std::array<std::string_view, 1> customers{"customers"};
    static constexpr tenancy::state_set every_state = 0x1f;
    using m = tenancy::method;
    static constexpr std::array<tenancy::directory_entry, 7> entries_{{
        {{"create_a_stripe_customer", m::create, customers}, 120},
        {{"create_a_stripe_refund", m::create, refunds}, 150, every_state},
        {{"delete_a_stripe_customer_by_id", m::delete_, customers}, 60},
        {{"finalize_a_stripe_invoice_by_id", m::custom, invoices}, 80},
        {{"list_all_stripe_charges", m::list, payments}, 200},
        {{"list_all_stripe_invoices", m::list, invoices}, 210},
        {{"search_stripe_customers", m::search, customers}, 90},
    }};
};

}  // namespace tollgate::test
