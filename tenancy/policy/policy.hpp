// The rules of a team, an account or an MCP server, made ready to be asked.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tenancy/policy/rule.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

// A set of tools, by their places in the tool directory.
class tool_set {
public:
    explicit tool_set(std::size_t tools) : bits_((tools + 63) / 64) {}
    void add(std::size_t tool) { bits_[tool / 64] |= std::uint64_t{1} << (tool % 64); }
    bool has(std::size_t tool) const noexcept {
        return ((bits_[tool / 64] >> (tool % 64)) & 1U) != 0;
    }
    bool empty() const noexcept;
    // True if a tool is in both; sets of the same directory only.
    bool overlaps(const tool_set& other) const noexcept;

private:
    std::vector<std::uint64_t> bits_;
};

// A rule with the tools to which it applies.
struct ready_rule {
    rule what;
    tool_set tools;
    // For each of its paths, in order: the tools that have an argument of that name at the top
    // level.
    std::vector<tool_set> at_top{};
    std::string counted_as{};  // how the names of what it counts begin: of its policy and its id
    // Its place among the rules of its policy by `counted_as`.
    std::uint32_t rank = 0;
};

// Immutable; shared by threads.
struct policy {
    layer where = layer::server;
    std::int64_t version = 0;
    std::string scope;  // team_…, ia_… or mcp_…: what it belongs to
    std::vector<ready_rule> rules;
    std::size_t caps = 0;  // of them are caps
};

constexpr std::size_t rules_max = 200;  // of a policy

// Makes the rules ready. Fails with invalid_argument if a rule can never apply (field
// `field`[i].…): "unknown_tool" (suggests the nearest name), "composite_tool", "unknown_tag",
// "matches_no_tool", "no_such_argument" (no selected tool has the argument), "duplicate_id", and
// those of possible_rules.hpp.
base::result<std::shared_ptr<const policy>> make_policy(std::vector<rule> rules, layer where,
                                                        std::int64_t version, std::string scope,
                                                        const tool_directory& tools,
                                                        const std::string& field);

// The same for rules that were checked when they were stored: a tool, tag or argument that does not
// exist any more selects nothing.
std::shared_ptr<const policy> stored_policy(std::vector<rule> rules, layer where,
                                            std::int64_t version, std::string scope,
                                            const tool_directory& tools);

}  // namespace tollgate::tenancy
