// Which tools an MCP server shows and accepts: one pure rule, used for tools/list, tools/call and
// the admin API alike.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/rules/method.hpp"

namespace tollgate::tenancy {

// The facts about a tool that the filter uses. Views into the catalogue, which lives as long as the
// process.
struct tool_facts {
    std::string_view name;
    method kind = method::custom;
    std::span<const std::string_view> tags;
};

// The compiled form of config.{methods,tags,tools}. Every part only narrows: a tool passes if its
// method is among the methods AND (no tags are given, or it has at least one of them) AND (no allow
// list is given, or the tool is on it) AND the tool is not on the deny list.
struct tool_filter {
    method_set methods = all_methods;
    std::vector<std::string> tags;
    std::vector<std::string> allow;  // sorted
    std::vector<std::string> deny;   // sorted

    // True if the filter allows the tool. Pure.
    bool passes(const tool_facts& tool) const;
};

}  // namespace tollgate::tenancy
