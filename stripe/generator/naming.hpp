// Names of tools and of their path arguments. README.md describes the rules; the tests' golden file
// fixes them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/generator/facts.hpp"
#include "tenancy/rules/method.hpp"

namespace tollgate::stripe::generator {

struct tool_name {
    std::string name;
    tenancy::method kind = tenancy::method::custom;
};

// <verb phrase>_stripe_<resource chain>[_by_id]
tool_name name_tool(const fact_operation& operation);

// The argument that fills each path parameter, in order: `id` for the last one where the tool acts
// on it, otherwise <singular of the segment before>_id.
std::vector<std::string> path_arguments(const fact_operation& operation, std::string_view tool);

// True if the path's last segment is an action, not an object: "capture", "mark_uncollectible".
bool is_verb(std::string_view segment);

// "charges" -> "charge", "tax_ids" -> "tax_id"; words that only look plural are unchanged.
std::string singular(std::string_view word);

// The key of the resource record: literal segments after the version, without a final verb,
// `search` or `create_…`; v2 keys begin with "v2/".
std::string resource_key(const fact_operation& operation, tenancy::method kind);

}  // namespace tollgate::stripe::generator
