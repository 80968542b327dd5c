// Exceptions from rules: for one MCP server, for at most a day, with a reason.
#pragma once
#include <string>
#include <vector>

#include "tenancy/admin/policies.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/policy/exception.hpp"

namespace tollgate::tenancy {

constexpr std::int64_t exception_seconds_max = 24 * 3'600;
constexpr std::size_t exceptions_max = 20;  // open at once for one MCP server

struct exception_input {
    std::string layer;  // team, account or server: whose rule it is
    std::string rule;
    std::string reason;
    std::int64_t seconds = 0;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. A server is addressed as in servers.
class rule_exceptions {
public:
    rule_exceptions(const environment& env, servers& all, policies& rules)
        : env_(env), servers_(all), policies_(rules) {}

    // In force for the next call on every instance once it returns; it ends by itself. Failures:
    // those of servers::patch, "unknown_value" (layer), "out_of_range" (seconds: 60 to a day),
    // "invalid_reason" (missing or too long), not_found "rule_not_found" (no such rule applies to
    // the server), conflict "rule_always_denies" (a rule without a condition), conflict
    // "exception_open" (this rule already has one) and "limit_reached".
    base::awaitable<base::result<rule_exception>> open(const api_key& by, std::string account_id,
                                                       std::string server_id,
                                                       exception_input input);

    // The exceptions that have not ended, oldest first. Fails with not_found.
    base::awaitable<base::result<std::vector<rule_exception>>> list(std::string team_id,
                                                                    std::string account_id,
                                                                    std::string server_id);

    // Ends an exception: the rule applies again to the next call on every instance once it returns.
    // Fails with not_found if there is no such exception or it has ended.
    base::awaitable<base::result<rule_exception>> end(std::string team_id, std::string account_id,
                                                      std::string server_id, std::string id);

private:
    // Checks that the server has that rule and that the rule allows exceptions.
    base::awaitable<base::result<>> check_rule(const mcp_server& server, layer where,
                                               std::string rule);

    const environment& env_;
    servers& servers_;
    policies& policies_;
};

}  // namespace tollgate::tenancy
