// The tools that tools/list shows for a filter: all of them, or the search tools with a few pinned
// ones; and their cost in tokens.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stripe/answer/tokens.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/listing/operations_tools.hpp"
#include "stripe/listing/research_tools.hpp"
#include "stripe/listing/search_tools.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

struct tool_list {
    bool searching = false;
    std::vector<const search_tool_entry*> search_tools;   // empty unless searching
    std::span<const research_tool_entry> research_tools;  // empty unless config asks for them
    std::string_view receipt_tool;                        // empty unless the server may write
    std::vector<const operations_tool_entry*> operations_tools;  // empty unless there are orders
    std::vector<const operation*> operations;                    // listed in full, by name
    // How many tools the list shows.
    std::size_t size() const {
        return search_tools.size() + research_tools.size() + operations_tools.size() +
               operations.size() + (receipt_tool.empty() ? 0 : 1);
    }
    std::size_t reachable = 0;  // operations that can be called, whether listed or found
    std::size_t bytes = 0;      // of the listed tools' JSON
    token_estimates tokens;
};

// Pure; thread-safe; takes some tens of microseconds. `added_argument` is the schema member added
// to every operation's tool (connected_account_member()), or empty; the cost includes it.
// `orders`: the account has orders.
tool_list list_tools(const tenancy::tool_filter& filter, const tenancy::listing_rules& rules,
                     tenancy::account_mode mode, std::string_view added_argument = {},
                     bool orders = false);

// True if that list would consist of search tools. Cheaper than list_tools().
bool lists_search_tools(const tenancy::tool_filter& filter, const tenancy::listing_rules& rules,
                        tenancy::account_mode mode, std::string_view added_argument = {},
                        bool orders = false);

// The same two for a grant, whose account decides about the rest.
tool_list list_tools(const tenancy::grant& grant);
bool lists_search_tools(const tenancy::grant& grant);

// The tools pinned in mode search if config.tools.pinned is absent: the most used ones, most used
// first.
std::span<const std::string_view> usual_pins() noexcept;

}  // namespace tollgate::stripe
