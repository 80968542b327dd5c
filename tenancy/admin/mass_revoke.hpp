// Emergency revocation: revokes every MCP server of an account or of a team in one call.
#pragma once
#include <string>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// All servers of the account, or of the team if `account_id` is empty, with their expected number
// and the reason.
struct mass_revocation {
    std::string team_id;
    std::string account_id;
    std::int64_t expect = 0;
    std::string reason;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class mass_revoke {
public:
    mass_revoke(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    // Revokes the servers that exist when it is called. Once it returns their number, no instance
    // accepts a token of any of them, and their listeners have been notified. A transaction revokes
    // up to a thousand servers: after a failure, those already revoked stay revoked, and repeating
    // the call continues with the rest. Logged with the caller's key and the reason. Failures:
    // not_found (the account), "reason_missing", "invalid_reason" (more than 200 bytes, or control
    // characters), and conflict "count_differs" if the number would not be `expect`; nothing has
    // been revoked then.
    base::awaitable<base::result<std::int64_t>> revoke(const api_key& by, mass_revocation what);

private:
    base::awaitable<base::result<>> notify_instances(const std::string& team_id);
    void log(const api_key& by, const mass_revocation& what, std::int64_t count) const;

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
