// Suspends and resumes an MCP server, or all MCP servers of an account or a team. Tokens,
// authorizations and expiry times stay as they are.
#pragma once
#include <string>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// An MCP server; an account if `server_id` is empty; the team if both are empty.
struct suspension_target {
    std::string team_id;
    std::string account_id{};
    std::string server_id{};
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class suspension {
public:
    suspension(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    // Once it returns, no instance takes a call for the target's MCP servers, and their streams are
    // closed: like a revoke, but reversible. Suspending twice keeps the first time. `reason` may be
    // empty; it is logged with the caller's key. Returns the number of affected MCP servers that
    // are not revoked. Failures: not_found, conflict "server_revoked", "invalid_reason".
    base::awaitable<base::result<std::int64_t>> suspend(const api_key& by, suspension_target target,
                                                        std::string reason);

    // Ends a suspension; in force for the next call once it returns. A server remains suspended
    // while its account or team is. Resuming a target that is not suspended succeeds. Otherwise as
    // suspend().
    base::awaitable<base::result<std::int64_t>> resume(const api_key& by, suspension_target target);

private:
    base::awaitable<base::result<std::int64_t>> set(suspension_target target,
                                                    std::optional<base::timestamp> at);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

// Checks a reason given by a user: empty, or valid for check_name. Failure: "invalid_reason".
base::result<> check_reason(std::string_view reason);

}  // namespace tollgate::tenancy
