// The tools of listing mode search: find an operation, describe it, and call it through the tool of
// its safety class.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// `read`, `write` and `delete_` call an operation of that class.
enum class search_tool : std::uint8_t { find, describe, read, write, delete_ };

struct search_tool_entry {
    search_tool which;
    std::string_view name;
    std::string_view json;  // as tools/list shows it
};

// All search tools, in the order in which they are listed.
std::span<const search_tool_entry> search_tools();

// The search tool with that name, or null.
const search_tool_entry* find_search_tool(std::string_view name);

// The tool that calls `one`: read for GET, delete for DELETE, write for all others.
search_tool caller_of(const operation& one) noexcept;
std::string_view caller_name(const operation& one) noexcept;

}  // namespace tollgate::stripe
