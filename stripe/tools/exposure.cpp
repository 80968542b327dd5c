#include "stripe/tools/exposure.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/catalog/nearest_name.hpp"
#include "stripe/listing/search_calls.hpp"
#include "stripe/listing/search_tools.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/tools/policy_check.hpp"

namespace tollgate::stripe {

namespace {

// A tool's name without the words that guesses usually omit: "create_a_stripe_refund" becomes
// "create_refund", "get_single_stripe_charge_by_id" becomes "get_charge".
std::string guessed_name(std::string_view tool) {
    std::string out{tool};
    for (const std::string_view word : {"_all_stripe_", "_single_stripe_", "_a_stripe_"})
        if (const auto at = out.find(word); at != std::string::npos)
            out.replace(at, word.size(), "_");
    constexpr std::string_view tail = "_by_id";
    if (out.ends_with(tail)) out.resize(out.size() - tail.size());
    return out;
}

// The visible tool whose short name is nearest to a guess such as "create_refund" or
// "retrieve_charge"; empty if none is near.
std::string_view nearest_guess(const tenancy::grant& grant, std::string_view guess) {
    constexpr std::array<std::string_view, 3> reads{"retrieve_", "read_", "fetch_"};
    std::string meant{guess};
    for (const auto verb : reads)
        if (guess.starts_with(verb)) meant = "get_" + std::string(guess.substr(verb.size()));
    const auto visible = visible_to(grant);
    std::vector<std::pair<std::string, std::string_view>> names;
    for (const auto& one : operations())
        if (visible(one)) names.emplace_back(guessed_name(one.tool_name()), one.tool_name());
    nearest_name search{meant};
    for (const auto& [guessed, tool] : names) search.offer(guessed);
    for (const auto& [guessed, tool] : names)
        if (!search.found().empty() && guessed == search.found()) return tool;
    return {};
}

// Considers only names that the server lists or finds, so that a hidden one is never revealed;
// empty if none is near.
std::string_view nearest_visible(const tenancy::grant& grant, std::string_view name) {
    nearest_name search{name};
    offer_visible(search, visible_to(grant));
    if (lists_search_tools(grant))
        for (const auto& one : search_tools()) search.offer(one.name);
    if (!search.found().empty()) return search.found();
    return nearest_guess(grant, name);
}

}  // namespace

const operation* find_exposed(const tenancy::grant& grant, std::string_view name,
                              std::string& why) {
    const operation* const found = find_tool(name);
    if (found != nullptr && visibility_of(*found, grant) != visibility::hidden) return found;
    if (found != nullptr)
        if (const auto refused = refused_for_good(grant, *found)) {
            why =
                "The tool '" + std::string(name) + "' cannot be called. " + denied_advice(*refused);
            return nullptr;
        }
    if (found != nullptr) {
        why = "The tool '" + std::string(name) +
              "' is not exposed by this MCP server: its methods, tags or tool lists leave it out. "
              "An administrator can widen them.";
        return nullptr;
    }
    // The message quotes only a bounded part of the client's text.
    why =
        "There is no tool '" + std::string(base::clipped_text(name, base::quoted_bytes_max)) + "'.";
    const auto near = nearest_visible(grant, name.substr(0, base::quoted_bytes_max));
    if (!near.empty()) why += " Did you mean '" + std::string(near) + "'?";
    return nullptr;
}

std::string_view why_hidden(const operation& one, const tenancy::grant& grant) {
    const auto facts = facts_of(one);
    const auto& whole = grant.filter;
    // Checks each part of the filter alone, in the order of evaluation.
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
    if (visibility_of(one, grant) != visibility::shown) return "test_mode";
    return {};
}

}  // namespace tollgate::stripe
