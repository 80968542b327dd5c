// Which objects an MCP server may read, and which paths of `expand` remain: the filter applies to
// data, not only to tools.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/own_arguments.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// True if `filter` allows a tool that reads such objects (one, a list or a search), or if no tool
// of the gateway reads them on their own, because they then belong to the object that contains
// them. "deleted_customer" is treated as "customer". Any thread.
bool may_read_object(const tenancy::tool_filter& filter, std::string_view object);

// True if the filter of `grant` hides a tool that reads, so that paths must be checked.
bool limits_reach(const tenancy::grant& grant);

// Why a call of `called` would show objects that the filter hides: the first path of `expand`,
// `fields` or `aggregate` that reaches one, as errc::invalid_argument "object_not_exposed". Nullopt
// if there is none or if config.expand is "any". If the filter hides anything at all, a path of
// `expand` that the catalogue cannot follow is refused too.
std::optional<base::failure> reach_refusal(const tenancy::grant& grant, const operation& called,
                                           const own_arguments& own,
                                           const std::optional<aggregate_request>& aggregate);

// The operation's tool as `grant` shows it: `expand` lists only paths that reach_refusal allows,
// and is absent if none remain.
std::string shown_tool(const tenancy::grant& grant, const operation& one);

}  // namespace tollgate::stripe
