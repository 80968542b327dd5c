// The rules for the calls of an MCP server: its team's, its account's and its own.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

// Thread-safe. MCP servers share the rules of their team and account.
class grant_policies {
public:
    // `tools` outlives this object.
    explicit grant_policies(const tool_directory& tools) : tools_(tools) {}

    // The rules for the server of `row`, whose config is `config`; null if there are none. Fails
    // with errc::corrupt if stored rules cannot be read; no call may then be made. `own`: the tools
    // of the account's service, which the result refers to; null: the catalogue's tools.
    base::result<std::shared_ptr<const call_policies>> of(const storage::grant_row& row,
                                                          const server_config& config,
                                                          const tool_directory* own);

private:
    base::result<std::shared_ptr<const policy>> shared(layer where, const std::string& scope,
                                                       std::int64_t version,
                                                       const std::string& rules,
                                                       const tool_directory* own);

    const tool_directory& tools_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::weak_ptr<const policy>> known_;  // by scope
};

// Parses config.guardrails of a server into a policy; null if there are none. Fails as read_rules
// and make_policy do, with fields below "config.guardrails".
base::result<std::shared_ptr<const policy>> guardrails_of(const server_config& config,
                                                          std::string server_id,
                                                          const tool_directory& tools);

// The facts that decide about live writes: the account's mode and the team's setting.
struct live_writes_facts {
    account_mode mode = account_mode::test;
    bool team_allows = false;
};

// True if a server with that config may not write: a live account needs allow_live_writes in the
// config or in the team's settings. Servers created before this setting existed have none, and may
// write as before.
bool refuses_live_writes(const server_config& config, const live_writes_facts& of);

// Returns `filter` without the tools that are refused whatever their arguments.
tool_filter without_refused(tool_filter filter, const call_policies& rules);

// The filter of a config without the tools that its own guardrails or its account's mode refuse
// whatever the arguments: the tools that it lists, except for the rules of its team and account.
tool_filter own_filter(const server_config& config, const live_writes_facts& of,
                       const tool_directory& tools);

// The ids of those guardrails of a config that decide nothing at the moment, because the filter of
// the config leaves out every tool that they are about. Empty if the guardrails cannot be read.
std::vector<std::string> rules_outside_filter(const server_config& config,
                                              const tool_directory& tools);

}  // namespace tollgate::tenancy
