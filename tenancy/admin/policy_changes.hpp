// Policy changes that a second person must confirm, if the team's setting requires it.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/policy_change_rows.hpp"
#include "tenancy/admin/policies.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// How long a change waits for confirmation, and how many may wait at a time.
constexpr std::chrono::hours policy_change_lifetime{24};
constexpr std::int64_t pending_policy_changes_max = 20;

// "pending", "confirmed", "refused", or "expired": not decided in time.
std::string_view state_name(const storage::policy_change_row& change, base::timestamp now);

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class policy_changes {
public:
    policy_changes(const environment& env, policies& rules, grants& live_grants,
                   change_feed& changes)
        : env_(env), rules_(rules), grants_(live_grants), changes_(changes) {}

    // True if changes of the team's policies need a second person. Fails with not_found.
    base::awaitable<base::result<bool>> needed(std::string team_id);

    // Requests new rules; nothing is in force yet. With `expect`, fails with conflict
    // "version_changed" if the stored version is different. Also fails as policies::check() and
    // policies::get() do, with errc::limit_exceeded "limit_reached", and with forbidden
    // "key_chain_too_long" (storage::add_policy_change).
    base::awaitable<base::result<storage::policy_change_row>> ask(
        const api_key& by, std::string team_id, std::string account_id, std::string rules,
        std::optional<std::int64_t> expect);
    // Requests that changes no longer need a second person. Fails with errc::limit_exceeded
    // "limit_reached" and forbidden "key_chain_too_long".
    base::awaitable<base::result<storage::policy_change_row>> ask_to_change_alone(
        const api_key& by, std::string team_id);

    // Fails with not_found.
    base::awaitable<base::result<storage::policy_change_row>> find(std::string team_id,
                                                                   std::string id);
    // Newest first, at most 100; only the pending changes, or all.
    base::awaitable<base::result<std::vector<storage::policy_change_row>>> list(std::string team_id,
                                                                                bool pending);

    // Puts a change of the caller's team in force for the next call on every instance, or refuses
    // it. Fails with not_found, invalid_argument "invalid_reason", conflict "policy_change_ended"
    // or "version_changed" (the rules have changed since), forbidden "asked_yourself" if the
    // requester confirms, and forbidden "key_chain_too_long".
    base::awaitable<base::result<storage::policy_change_row>> decide(const api_key& by,
                                                                     std::string id, bool confirmed,
                                                                     std::string reason);

private:
    base::awaitable<base::result<storage::policy_change_row>> add(const api_key& by,
                                                                  storage::policy_change_row row);

    const environment& env_;
    policies& rules_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
