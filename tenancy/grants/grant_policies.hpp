// The rules on the calls of an MCP server: its team's, its account's and its own.
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
    // with errc::corrupt if stored rules cannot be read: nothing must be called then. `own`: the
    // tools of the service that its account is of, which the result refers to; null: the
    // catalogue's.
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

// Config.guardrails of a server made ready, or null. Fails as read_rules and make_policy do, with
// fields below "config.guardrails".
base::result<std::shared_ptr<const policy>> guardrails_of(const server_config& config,
                                                          std::string server_id,
                                                          const tool_directory& tools);

// Whose live writes are asked about: the mode of the account, and the setting of the team.
struct live_writes_facts {
    std::string_view account_mode;
    bool team_allows = false;
};

// True if a server with that config may not write: an account that is live needs
// config.allow_live_writes, or allow_live_writes of the team. Servers made before there was this
// setting have none, and write as before.
bool refuses_live_writes(const server_config& config, const live_writes_facts& of);

// `filter` without the tools that no arguments could make allowed.
tool_filter without_refused(tool_filter filter, const call_policies& rules);

// The filter of a config without the tools that its own guardrails, or the mode of its account,
// refuse whatever the arguments: what its list shows, but for the rules of its team and account.
tool_filter own_filter(const server_config& config, const live_writes_facts& of,
                       const tool_directory& tools);

}  // namespace tollgate::tenancy
