// The two tools of config.deep_research, with the names that ChatGPT's deep research requires:
// search and fetch.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

struct main_object;

enum class research_tool : std::uint8_t { search, fetch };

struct research_tool_entry {
    research_tool which;
    std::string_view name;
    std::string_view json;  // as tools/list shows it
};

// The tools that a server with these rules shows: both, or none. It shows them if the config asks
// for them and at least one object can be both searched and read.
std::span<const research_tool_entry> research_tools(const tenancy::tool_filter& filter,
                                                    const tenancy::listing_rules& rules,
                                                    tenancy::account_mode mode);

// True if the filter allows both tools with which an object is searched and read, so that
// everything search finds can be fetched.
bool is_researched(const main_object& one, const tenancy::tool_filter& filter,
                   tenancy::account_mode mode);

}  // namespace tollgate::stripe
