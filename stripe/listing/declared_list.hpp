// The declared tools that an MCP server has.
#pragma once
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// True if a server with that filter on an account of that mode lists the tool and takes calls of
// it, as is_shown() below. Pure.
bool is_shown(const tenancy::declared_tool& tool, const operation& called,
              const tenancy::tool_filter& filter, tenancy::account_mode mode);

// True if `grant` lists the tool and takes calls of it: its operation is visible, the server may do
// what its tier needs (write: some write; admin: every method), and it is not forbidden. Pure.
bool is_shown(const tenancy::declared_tool& tool, const tenancy::grant& grant);

// The declared tool with that name that `grant` shows, or null.
const tenancy::declared_tool* find_declared(const tenancy::grant& grant, std::string_view name);

// True if some declared tool that `grant` shows writes.
bool declares_writes(const tenancy::grant& grant);

// True if the server accepts calls of get_receipt, because one of its tools writes.
bool has_receipt_tool(const tenancy::grant& grant);

}  // namespace tollgate::stripe
