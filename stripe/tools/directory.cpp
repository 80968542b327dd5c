#include "stripe/tools/directory.hpp"

#include <algorithm>

#include "stripe/listing/tool_list.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/connected_account.hpp"

namespace tollgate::stripe {

catalogue_directory::catalogue_directory() {
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        const auto tokens = estimate_tokens(one.tool_json());
        entries_.push_back({facts_of(one), static_cast<std::uint32_t>(tokens)});
    }
}

tenancy::list_summary catalogue_directory::summarize(
    const tenancy::tool_filter& filter, const tenancy::listing_rules& rules,
    tenancy::account_mode mode, const std::vector<std::string>& accounts) const {
    const auto member = connected_account_member(accounts);
    const auto list = list_tools(filter, rules, mode, member);
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

}  // namespace tollgate::stripe
