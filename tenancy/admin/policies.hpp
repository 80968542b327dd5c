// The rules of teams and accounts: read, checked, replaced; every version is kept.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/rows.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/policy/decision.hpp"

namespace tollgate::tenancy {

// How much of a cap is used now.
struct cap_view {
    layer where = layer::server;
    std::string rule;
    std::string currency;  // empty: a number of writes
    std::int64_t limit = 0;
    std::int64_t used = 0;
    std::int64_t reserved = 0;  // for writes whose outcome is not known
};

// Conflict "version_changed": the stored rules have version `now`.
base::failure version_changed(std::int64_t now);

struct read_policy {
    std::shared_ptr<const policy> rules;
    std::shared_ptr<const tool_directory> tools;  // for which they were made ready
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. An empty `account_id` means the team's own rules.
class policies {
public:
    policies(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    // Version 0 and "[]" if there have never been rules. Fails with not_found if the team has no
    // such account.
    base::awaitable<base::result<storage::policy_row>> get(std::string team_id,
                                                           std::string account_id);

    // `rules` (a JSON array) made ready for the tools of the account, or with an empty account_id
    // for the catalogue's, without storing them. Fails as read_rules and make_policy do, with
    // fields below "rules", and with not_found for an account that the team does not have.
    base::awaitable<base::result<read_policy>> read(std::string team_id, std::string account_id,
                                                    std::string rules);

    // Replaces the rules; in force for the next call on every instance once it returns. With
    // `expect`, fails with conflict "version_changed" if the stored version is another one. Fails
    // as read() and get() do, and with conflict "second_person_needed" if the team wants one to
    // confirm it (policy_changes).
    base::awaitable<base::result<storage::policy_row>> put(const api_key& by, std::string team_id,
                                                           std::string account_id,
                                                           std::string rules,
                                                           std::optional<std::int64_t> expect);

    // Newest first, at most 100, older than version `before` if that is not 0.
    base::awaitable<base::result<std::vector<storage::policy_row>>> versions(std::string team_id,
                                                                             std::string account_id,
                                                                             std::int64_t before);

    // The rules that apply to calls of an MCP server now, as its grant has them; null if there are
    // none. `own`: as for grant_policies::of().
    base::awaitable<base::result<std::shared_ptr<const call_policies>>> in_force(
        const mcp_server& server, account_mode mode, const tool_directory* own);

    // The caps that writes of the server count towards.
    base::awaitable<base::result<std::vector<cap_view>>> caps_of(const mcp_server& server,
                                                                 account_mode mode);

private:
    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
