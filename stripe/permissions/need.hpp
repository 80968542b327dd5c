// The permissions that MCP servers need of their account's key. Pure; any thread.
#pragma once
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::stripe {

struct permission_need {
    std::vector<tenancy::area_access> areas;  // sorted by area
    std::size_t v2_tools = 0;                 // tools whose permissions are unknown

    // The access needed in `area`; null: none.
    const tenancy::area_access* find(std::string_view area) const;
};

// The combined need of the tools that any of `filters` shows on an account of that mode.
permission_need need_of(std::span<const tenancy::tool_filter> filters, tenancy::account_mode mode);

// The areas that a key with exactly these permissions may read, including those that Stripe
// implies.
std::set<std::string> readable_with(const permission_need& need);

}  // namespace tollgate::stripe
