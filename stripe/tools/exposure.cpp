#include "stripe/tools/exposure.hpp"

#include "base/json_text.hpp"
#include "stripe/call/connected_account.hpp"
#include "stripe/listing/search_tools.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t quoted_bytes_max = 80;

// Of the names that the server lists or finds, so that a hidden one is never told; empty when none
// is near.
std::string_view nearest_visible(const tenancy::grant& grant, std::string_view name) {
    nearest_name search{name};
    offer_visible(search, visible_to(grant));
    const auto connected = connected_account_member(grant.account->connected_accounts);
    if (lists_search_tools(grant.filter, grant.listing, grant.account->mode, connected))
        for (const auto& one : search_tools()) search.offer(one.name);
    return search.found();
}

}  // namespace

visible_rule visible_to(const tenancy::grant& grant) {
    return [&grant](const operation& one) {
        return is_visible(one, grant.filter, grant.account->mode);
    };
}

visible_rule callable_by(const tenancy::grant& grant) {
    return [&grant](const operation& one) {
        return is_visible(one, grant.filter, tenancy::account_mode::test);
    };
}

const operation* find_exposed(const tenancy::grant& grant, std::string_view name,
                              std::string& why) {
    const operation* const found = find_tool(name);
    if (found != nullptr && callable_by(grant)(*found)) return found;
    if (found != nullptr) {
        why = "The tool '" + std::string(name) +
              "' is not exposed by this MCP server: its methods, tags or tool lists leave it out. "
              "An administrator can widen them.";
        return nullptr;
    }
    // The client's text goes no further than a bounded, quoted part of the message.
    why = "There is no tool '" + std::string(base::clipped_text(name, quoted_bytes_max)) + "'.";
    const auto near = nearest_visible(grant, name.substr(0, quoted_bytes_max));
    if (!near.empty()) why += " Did you mean '" + std::string(near) + "'?";
    return nullptr;
}

std::string_view why_hidden(const operation& one, const tenancy::grant& grant) {
    const auto facts = facts_of(one);
    const auto& whole = grant.filter;
    // Each part of the filter alone, in the order it is read.
    tenancy::tool_filter part;
    part.methods = whole.methods;
    if (!part.passes(facts)) return "methods";
    part = {};
    part.tags = whole.tags;
    if (!part.passes(facts)) return "tags";
    part = {};
    part.allow = whole.allow;
    if (!part.passes(facts)) return "allow";
    part = {};
    part.deny = whole.deny;
    if (!part.passes(facts)) return "deny";
    if (!is_visible(one, whole, grant.account->mode)) return "test_mode";
    return {};
}

}  // namespace tollgate::stripe
