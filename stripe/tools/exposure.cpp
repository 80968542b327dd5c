#include "stripe/tools/exposure.hpp"

#include "base/json_text.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t quoted_bytes_max = 80;

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
    const auto visible = visible_to(grant);
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
    const auto near = nearest_tool(name.substr(0, quoted_bytes_max));
    const operation* const meant = near.empty() ? nullptr : find_tool(near);
    if (meant != nullptr && visible(*meant)) why += " Did you mean '" + std::string(near) + "'?";
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
