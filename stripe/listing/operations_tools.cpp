#include "stripe/listing/operations_tools.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "base/embedded.hpp"
#include "stripe/listing/visibility.hpp"
#include "tenancy/rules/composite_tools.hpp"

namespace tollgate::stripe {

namespace operations_tools_text {
std::span<const base::embedded_file> embedded_files();  // operations_tools.json
}

namespace {

constexpr std::array<std::string_view, 1> reads_customers{"get_single_stripe_customer_by_id"};
constexpr std::array<std::string_view, 1> lists_charges{"list_all_stripe_charges"};
constexpr std::array<std::string_view, 1> makes_refunds{"create_a_stripe_refund"};
constexpr std::array<std::string_view, 1> makes_links{"create_a_stripe_payment_link"};

// The tools that each of tenancy::composite_tools needs.
constexpr std::array<std::span<const std::string_view>, tenancy::composite_tools.size()> needs{
    {reads_customers, lists_charges, {}, makes_refunds, makes_links, {}, {}}};

// The file's tools without white space, in the order of composite_tools, as operations_tool is.
struct operations_texts {
    std::array<std::string, needs.size()> json;
    std::array<operations_tool_entry, needs.size()> entries;

    operations_texts() {
        simdjson::dom::parser parser;
        const simdjson::padded_string text{operations_tools_text::embedded_files().front().text};
        const auto tools = parser.parse(text).get_array().value();
        for (std::size_t i = 0; i < needs.size(); ++i) {
            const auto& facts = tenancy::composite_tools.at(i);
            const auto tool = tools.at(i).value();
            if (std::string_view(tool["name"]) != facts.name)
                throw std::logic_error("operations_tools.json: a tool is out of its place");
            json.at(i) = simdjson::minify(tool);
            entries.at(i) = {static_cast<operations_tool>(i), facts, needs.at(i), json.at(i)};
        }
    }
};

const operations_texts& all_texts() {
    static const operations_texts all;
    return all;
}

}  // namespace

std::span<const operations_tool_entry> operations_tools() {
    return all_texts().entries;
}

const operations_tool_entry* find_operations_tool(std::string_view name) {
    const auto all = operations_tools();
    const auto found = std::ranges::find(all, name, [](const auto& one) { return one.facts.name; });
    return found == all.end() ? nullptr : &*found;
}

bool passes_operation(const operations_tool_entry& one, const tenancy::tool_filter& filter,
                      tenancy::account_mode mode) {
    if (!filter.passes(one.facts)) return false;
    return std::ranges::all_of(one.needs, [&](std::string_view name) {
        const auto* const called = find_tool(name);
        return called != nullptr && is_visible(*called, filter, mode);
    });
}

std::vector<const operations_tool_entry*> shown_operations(const tenancy::tool_filter& filter,
                                                           tenancy::account_mode mode) {
    std::vector<const operations_tool_entry*> out;
    for (const auto& one : operations_tools())
        if (passes_operation(one, filter, mode)) out.push_back(&one);
    return out;
}

bool shows_operation(const operations_tool_entry& one, const tenancy::grant& grant) {
    return has_orders(grant) && passes_operation(one, grant.filter, grant.account->mode);
}

}  // namespace tollgate::stripe
