// MCP servers: named, filtered, expiring MCP URLs of an integrated account.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/policy/exception.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/work/alarms.hpp"

namespace tollgate::tenancy {

enum class server_status : std::uint8_t { active, expired, revoked, suspended };

// "active", "expired", "revoked", "suspended".
std::string_view to_string(server_status status);

// The parts of an MCP server that may be shown.
struct mcp_server {
    std::string id;
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string holder;  // who uses the URL; may be empty
    server_config config;
    std::optional<base::timestamp> expires_at;
    server_status status = server_status::active;
    std::string token_prefix;
    std::string old_token_prefix;  // after a rotation with overlap, valid until:
    std::optional<base::timestamp> old_token_expires_at;
    std::string created_by;
    std::string created_by_name;  // name of that API key, even if it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp updated_at;
    std::optional<base::timestamp> revoked_at;
    std::optional<base::timestamp> suspended_at;
    std::string suspended_by;  // "server", "account" or "team": what was suspended; may be empty
    std::optional<base::timestamp> last_used_at;
    std::int64_t use_count = 0;
    bool team_allow_live_writes = false;       // of its team's settings
    std::vector<rule_exception> exceptions{};  // from rules; only those that have not ended
};

struct new_mcp_server {
    mcp_server server;
    base::secret token;  // tgm_…, shown once; empty if only OAuth is allowed
};

struct server_input {
    std::string name;
    server_config config;
    // RFC 3339; an inner nullopt means never. If absent, tenancy_limits::default_expiry applies.
    std::optional<std::optional<std::string>> expires_at{};
    std::string holder{};
};

// Absent fields stay unchanged.
struct server_patch {
    std::optional<std::string> name;
    std::optional<server_config> config;                   // replaces the whole config
    std::optional<std::optional<std::string>> expires_at;  // an inner nullopt clears it
    std::optional<std::string> holder{};                   // empty clears it
    // The updated_at that the author has read: a server changed since is refused (version_changed).
    std::optional<std::string> expected_updated_at{};
    // Changes the stored config in ways that a request body cannot. It may be called several times;
    // if it fails, so does the patch.
    std::function<base::result<>(server_config&)> edit{};
};

constexpr std::int64_t overlap_seconds_max = std::int64_t{30} * 86'400;

// The exceptions in a config that have not ended at `now`.
std::vector<rule_exception> open_exceptions(const server_config& config, base::timestamp now);

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. A server is addressed by team, account and id; any other combination is not_found.
class servers {
public:
    servers(const environment& env, grants& live_grants, change_feed& changes, alarms& scheduler)
        : env_(env), grants_(live_grants), changes_(changes), alarms_(scheduler) {}

    // If the config names neither methods nor tools, tenancy_limits::default_methods apply.
    // Failures: those of check_name (for name and holder) and check_config; "invalid_expires_at"
    // (not RFC 3339 with an offset), "expires_too_soon" (less than 60 s ahead), not_found
    // "account_not_found", limit_reached.
    base::awaitable<base::result<new_mcp_server>> create(const api_key& by, std::string account_id,
                                                         server_input input,
                                                         answer_writer<new_mcp_server> answer);

    // The config that create() would store for this one: with the parts of its preset, and with
    // tenancy_limits::default_methods if it names neither methods nor tools. `live`: the account
    // is; `tools` are its tools. Failures: those of check_config, and of its rules.
    base::result<server_config> config_of_new(server_config config, bool live,
                                              const tool_directory& tools) const;

    // Includes a revoked or expired server. Fails with not_found.
    base::awaitable<base::result<mcp_server>> get(std::string team_id, std::string account_id,
                                                  std::string id);
    // Includes revoked and expired servers. Fails with not_found if the account does not exist.
    base::awaitable<base::result<std::vector<mcp_server>>> list(std::string team_id,
                                                                std::string account_id,
                                                                storage::page where);

    // The matching servers of all accounts of a team, including revoked and expired ones.
    base::awaitable<base::result<std::vector<mcp_server>>> search(std::string team_id,
                                                                  storage::server_search search,
                                                                  storage::page where);

    // In force for the next call once it returns. Fails as create does, and with conflict
    // "server_revoked". Tokens that expired with the server remain invalid if its expiry is
    // extended; rotate() creates a new one.
    base::awaitable<base::result<mcp_server>> patch(std::string team_id, std::string account_id,
                                                    std::string id, server_patch change);

    // Creates a new token. Older tokens remain valid for `overlap_seconds`; if that is 0, they are
    // invalid once it returns. Authorizations of OAuth clients remain valid. Failures:
    // "invalid_overlap" (not 0 … 30 days), conflict "server_revoked", "server_expired", and
    // "no_url" if only OAuth is allowed.
    base::awaitable<base::result<new_mcp_server>> rotate(std::string team_id,
                                                         std::string account_id, std::string id,
                                                         std::int64_t overlap_seconds,
                                                         answer_writer<new_mcp_server> answer);

    // Once it returns, no token of the server is accepted and its listeners have been notified.
    // Revoking an already revoked server succeeds.
    base::awaitable<base::result<>> revoke(std::string team_id, std::string account_id,
                                           std::string id);

    // How many servers of an account, or of a team if `account_id` is empty, are not revoked.
    base::awaitable<base::result<std::int64_t>> count(std::string team_id, std::string account_id);

private:
    // True if the account exists and is live.
    base::awaitable<base::result<bool>> is_live(std::string team_id, std::string account_id) const;
    base::result<mcp_server> view(const storage::server_row& row) const;
    // The servers of these rows, with the names of the API keys that created them.
    base::awaitable<base::result<std::vector<mcp_server>>> views(
        std::string team_id, std::vector<storage::server_row> rows) const;

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    alarms& alarms_;
};

}  // namespace tollgate::tenancy
