// What the config of an MCP server takes from its preset and from the instance, and whether it is
// valid.
#pragma once
#include <string>

#include "base/result.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

// Fills in the parts that the preset has and the config lacks; given parts are kept. Fails with
// "unknown_value" for a preset that does not exist.
base::result<> apply_preset(server_config& config);

// Fills in limits.default_methods, unless the config names methods or tools.
void apply_default_methods(server_config& config, const tenancy_limits& limits);

// Checks the filter, and the rules on calls, against the tools of the account. `id`: of the MCP
// server, empty for a new one. Failures: those of check_config and guardrails_of.
base::result<> check_filter_and_rules(const server_config& config, const std::string& id,
                                      const tool_directory& tools);

// `config` as it is stored in place of `before`, the config of the MCP server `id`: filled in by
// its preset, and checked. Exceptions stay, and so do live writes unless `config` names them.
// `before` may be null. Failures: those of apply_preset and check_filter_and_rules.
base::result<server_config> config_of_change(server_config config, const server_config* before,
                                             const std::string& id, const tool_directory& tools);

}  // namespace tollgate::tenancy
