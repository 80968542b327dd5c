// Port: counts the decisions of rules on calls.
#pragma once
#include <string_view>

#include "tenancy/policy/decision.hpp"

namespace tollgate::stripe {

// Any thread; does not block.
class rule_watch {
public:
    virtual ~rule_watch() = default;
    // The rule denied a call.
    virtual void rule_denied(tenancy::layer where, std::string_view rule) noexcept = 0;
    // The rule would have refused a call, but only observes.
    virtual void rule_observed(tenancy::layer where, std::string_view rule) noexcept = 0;
    // A call of one of the rule's tools, on an MCP server that has an exception from the rule.
    virtual void rule_excepted(tenancy::layer where, std::string_view rule) noexcept = 0;
};

}  // namespace tollgate::stripe
