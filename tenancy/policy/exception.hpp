// Exceptions: rules that do not hold for one MCP server until a time.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tenancy/policy/decision.hpp"

namespace tollgate::tenancy {

struct rule_exception {
    std::string id;  // exc_…
    layer where = layer::none;
    std::string rule;
    std::string reason;
    std::string created_by;  // key_…
    base::timestamp created_at{};
    base::timestamp ends_at{};  // not included
};

// True if one of them is about the rule and has not ended. Pure.
bool is_excepted(const std::vector<rule_exception>& all, layer where, std::string_view rule,
                 base::timestamp now) noexcept;

// The stored and the shown form: a JSON array of objects.
std::string encode_exceptions(const std::vector<rule_exception>& all);
// Fails with errc::corrupt.
base::result<std::vector<rule_exception>> decode_exceptions(std::string_view json);

// Team, account or server; nothing for any other word.
std::optional<layer> policy_layer(std::string_view word);

}  // namespace tollgate::tenancy
