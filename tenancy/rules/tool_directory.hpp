// Port: the existing tools, against which filters are checked. Implemented by the room that has the
// catalogue.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/serving_rules.hpp"
#include "tenancy/rules/state_kind.hpp"

namespace tollgate::tenancy {

struct directory_entry {
    tool_facts facts;
    std::uint32_t tokens = 0;  // estimated tokens of this tool's JSON in tools/list
    state_set states = 0;      // which facts of Stripe's state rules on its calls can use
};

// What tools/list of an MCP server shows, and its size in tokens.
struct list_summary {
    bool searching = false;     // lists the search tools and pinned tools instead of all
    std::size_t listed = 0;     // tools in the list
    std::size_t reachable = 0;  // operations that can be called
    std::size_t writing = 0;    // of those, the operations that do more than read
    std::size_t bytes = 0;
    // Estimates for each tokenizer.
    std::uint64_t claude_tokens = 0;
    std::uint64_t openai_tokens = 0;
};

// What an account adds to the list of its MCP servers. The references outlive the call.
struct listed_account {
    account_mode mode;
    const std::vector<std::string>&
        connected_accounts;  // calls may name them, and every tool says so
    bool orders = false;     // it has the company's orders
};

// What can be given for an argument.
struct possible_values {
    std::vector<std::string_view> listed;  // of a choice; they live as long as the directory
    bool other = false;                    // texts and numbers that are not listed, too or only
    bool numbers = false;                  // numbers are among what can be given
};

class tool_directory {
public:
    virtual ~tool_directory() = default;

    // Every tool, sorted by name. Never changes and lives as long as the process. Thread-safe.
    virtual std::span<const directory_entry> tools() const = 0;

    // True if that tool has the argument `names`: a name, followed by names of nested properties,
    // at any depth of lists and unions. `any_depth`: one name, anywhere among its arguments. A map
    // has every name. Thread-safe.
    virtual bool takes(std::string_view tool, const std::vector<std::string_view>& names,
                       bool any_depth) const = 0;

    // What can be given there, of all the places that takes() means; nothing for an object.
    // Thread-safe.
    virtual possible_values values_of(std::string_view tool,
                                      const std::vector<std::string_view>& names,
                                      bool any_depth) const = 0;

    // True for the code, in small letters, of a currency in which money can move. Thread-safe.
    virtual bool has_currency(std::string_view code) const = 0;

    // The tools that a server with this filter has on that account, under the names that clients
    // see; composite tools (composite_tools.hpp) last. Thread-safe.
    virtual std::vector<directory_entry> shown(const tool_filter& filter,
                                               const listed_account& account) const = 0;

    // The list of a server with this filter and these rules on that account. Thread-safe; takes
    // some tens of microseconds.
    virtual list_summary summarize(const tool_filter& filter, const listing_rules& rules,
                                   const listed_account& account) const = 0;
};

}  // namespace tollgate::tenancy
