// Which objects an MCP server may read, and what of `expand` that leaves: the filter is about data,
// not only about tools.
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

// True when `filter` passes a tool that reads such objects (one, a list or a search), or when no
// tool of the gateway reads them by themselves: then they belong to the object that holds them.
// "deleted_customer" is judged as "customer". Any thread.
bool may_read_object(const tenancy::tool_filter& filter, std::string_view object);

// True when the filter of `grant` leaves out a tool that reads, so that paths must be looked at.
bool limits_reach(const tenancy::grant& grant);

// Why a call of `called` would show objects that the filter leaves out: the first path of `expand`,
// `fields` or `aggregate` that reaches one, as errc::invalid_argument "object_not_exposed". Nothing
// with config.expand "any". Where the filter leaves out anything at all, a path of `expand` that
// the catalogue cannot follow is refused too.
std::optional<base::failure> reach_refusal(const tenancy::grant& grant, const operation& called,
                                           const own_arguments& own,
                                           const std::optional<aggregate_wish>& wish);

// The operation's tool as `grant` shows it: `expand` lists only what reach_refusal lets pass, and
// is absent when nothing is left.
std::string shown_tool(const tenancy::grant& grant, const operation& one);

}  // namespace tollgate::stripe
