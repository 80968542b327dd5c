// Suspend and resume: the pause that can be taken back, of one MCP server, of an account's or of a
// team's. Tokens, authorizations and expiries stay as they are.
#pragma once
#include <string>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// An MCP server; an account when `server_id` is empty; the team when both are.
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

    // When it returns, no instance takes a call for the target's MCP servers, and their streams
    // were cut: as with a revoke, but nothing is lost. Suspending twice keeps the first time.
    // `reason` may be empty; it is logged with who did it. Returns how many MCP servers that are
    // not revoked it concerns. Failures: not_found, conflict "server_revoked", "invalid_reason".
    base::awaitable<base::result<std::int64_t>> suspend(const api_key& by, suspension_target target,
                                                        std::string reason);

    // The way back, in force for the next call when it returns. A server whose account or team is
    // suspended too stays so. Resuming what runs is no failure. Otherwise as suspend().
    base::awaitable<base::result<std::int64_t>> resume(const api_key& by, suspension_target target);

private:
    base::awaitable<base::result<std::int64_t>> set(suspension_target target,
                                                    std::optional<base::timestamp> at);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

// A reason that people give: empty, or as check_name. Failure: "invalid_reason".
base::result<> check_reason(std::string_view reason);

}  // namespace tollgate::tenancy
