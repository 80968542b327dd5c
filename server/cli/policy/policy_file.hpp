// A file of rules on calls: what PUT /team/policy takes, as YAML or JSON.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::server {

constexpr std::size_t policy_file_bytes_max = 65'536;

struct policy_file {
    std::string body;                              // {"rules":[…]}: the body of PUT /team/policy
    std::shared_ptr<const tenancy::policy> rules;  // as the guardrails of an MCP server
};

// The rules in `text`, which came from the file `name`, checked as they are before they are stored.
// Fails with invalid_argument at the first mistake; the message is "NAME:LINE:COLUMN: " and a
// sentence.
base::result<policy_file> read_policy_text(std::string_view text, const std::string& name,
                                           const tenancy::tool_directory& tools);

// The text of the file at `path`, or with "-" of standard input. Fails with invalid_argument
// "unreadable" and "too_large". Blocks.
base::result<std::string> policy_file_text(const std::string& path);

// The rules in that text. Fails as both do. Blocks.
base::result<policy_file> read_policy_file(const std::string& path,
                                           const tenancy::tool_directory& tools);

}  // namespace tollgate::server
