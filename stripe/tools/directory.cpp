#include "stripe/tools/directory.hpp"

#include <algorithm>

#include "stripe/catalog/money.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/state/subjects.hpp"

namespace tollgate::stripe {

namespace {

bool is_transparent(const parameter& one) {
    return one.type() == value_type::array || one.type() == value_type::any_of;
}

// True if `one` has the properties names[at], names[at + 1] and so on inside each other. Lists and
// unions have what their parts have.
bool reaches(const parameter& one, const std::vector<std::string_view>& names, std::size_t at) {
    if (at == names.size()) return true;
    if (one.type() == value_type::map) return at + 1 == names.size();
    if (is_transparent(one))
        return std::ranges::any_of(one.children(),
                                   [&](const parameter& part) { return reaches(part, names, at); });
    if (one.type() != value_type::object) return false;
    const parameter* const child = one.find_child(names[at]);
    return child != nullptr && reaches(*child, names, at + 1);
}

bool has_inside(const parameter& one, std::string_view name) {
    return std::ranges::any_of(one.children(), [&](const parameter& part) {
        return part.name() == name || has_inside(part, name);
    });
}

// Adds what can be given for `one` itself.
void add_values(const parameter& one, tenancy::possible_values& out) {
    if (is_transparent(one)) {
        for (const parameter& part : one.children()) add_values(part, out);
        return;
    }
    switch (one.type()) {
        case value_type::object:
        case value_type::map:
        case value_type::range:
        case value_type::file:
            return;
        case value_type::boolean:
            out.listed.insert(out.listed.end(), {"true", "false"});
            return;
        default:
            break;
    }
    for (const auto& value : one.enum_values())
        if (!value.view().empty()) out.listed.push_back(value.view());
    const bool open = std::ranges::all_of(one.enum_values(),
                                          [](const auto& value) { return value.view().empty(); });
    out.other = out.other || open;
    out.numbers = out.numbers || open;
}

// The same for the property names[at] and so on inside `one`: see reaches().
void add_inside(const parameter& one, const std::vector<std::string_view>& names, std::size_t at,
                tenancy::possible_values& out) {
    if (at == names.size()) return add_values(one, out);
    if (one.type() == value_type::map) {
        out.other = out.numbers = true;
        return;
    }
    if (is_transparent(one)) {
        for (const parameter& part : one.children()) add_inside(part, names, at, out);
        return;
    }
    const parameter* const child =
        one.type() == value_type::object ? one.find_child(names[at]) : nullptr;
    if (child != nullptr) add_inside(*child, names, at + 1, out);
}

// The same for every property of that name, at any depth.
void add_anywhere(const parameter& one, std::string_view name, tenancy::possible_values& out) {
    if (one.name() == name) add_values(one, out);
    for (const parameter& part : one.children()) add_anywhere(part, name, out);
}

}  // namespace

catalogue_directory::catalogue_directory() {
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        const auto tokens = estimate_tokens(one.tool_json());
        entries_.push_back({facts_of(one), static_cast<std::uint32_t>(tokens), states_of(one)});
    }
}

tenancy::list_summary catalogue_directory::summarize(const tenancy::tool_filter& filter,
                                                     const tenancy::listing_rules& rules,
                                                     const tenancy::listed_account& account) const {
    const auto member = connected_account_member(account.connected_accounts);
    const auto list = list_tools(filter, rules, account.mode, member, account.orders);
    const auto writing = std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
        return (tenancy::bit(entry.facts.kind) & tenancy::read_methods) == 0 &&
               filter.passes(entry.facts);
    });
    return {.searching = list.searching,
            .listed = list.size(),
            .reachable = list.reachable,
            .writing = static_cast<std::size_t>(writing),
            .bytes = list.bytes,
            .claude_tokens = list.tokens.claude,
            .openai_tokens = list.tokens.openai};
}

std::vector<tenancy::directory_entry> catalogue_directory::shown(
    const tenancy::tool_filter& filter, const tenancy::listed_account& account) const {
    std::vector<tenancy::directory_entry> out;
    for (const auto& entry : entries_)
        if (filter.passes(entry.facts)) out.push_back(entry);
    if (!account.orders) return out;
    for (const auto* const one : shown_operations(filter, account.mode))
        out.push_back({one->facts, static_cast<std::uint32_t>(estimate_tokens(one->json))});
    return out;
}

bool catalogue_directory::takes(std::string_view tool, const std::vector<std::string_view>& names,
                                bool any_depth) const {
    const operation* const called = find_tool(tool);
    if (called == nullptr || names.empty()) return false;
    return std::ranges::any_of(called->parameters(), [&](const parameter& one) {
        if (!one.documented()) return false;
        if (one.name() == names.front() && (any_depth || reaches(one, names, 1))) return true;
        return any_depth && has_inside(one, names.front());
    });
}

tenancy::possible_values catalogue_directory::values_of(std::string_view tool,
                                                        const std::vector<std::string_view>& names,
                                                        bool any_depth) const {
    tenancy::possible_values out;
    const operation* const called = find_tool(tool);
    if (called == nullptr || names.empty()) return out;
    for (const parameter& one : called->parameters()) {
        if (!one.documented()) continue;
        if (any_depth)
            add_anywhere(one, names.front(), out);
        else if (one.name() == names.front())
            add_inside(one, names, 1, out);
    }
    return out;
}

bool catalogue_directory::has_currency(std::string_view code) const {
    return is_currency(code);
}

}  // namespace tollgate::stripe
