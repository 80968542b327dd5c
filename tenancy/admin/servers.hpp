// MCP servers: named, filtered, expiring MCP URLs of an integrated account.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/work/alarms.hpp"

namespace tollgate::tenancy {

enum class server_status : std::uint8_t { active, expired, revoked, suspended };

// "active", "expired", "revoked", "suspended".
std::string_view to_string(server_status status);

// What may be shown of an MCP server.
struct mcp_server {
    std::string id;
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string holder;  // whose URL it is; may be empty
    server_config config;
    std::optional<base::timestamp> expires_at;
    server_status status = server_status::active;
    std::string token_prefix;
    std::string old_token_prefix;  // of a rotation with overlap, until then:
    std::optional<base::timestamp> old_token_expires_at;
    std::string created_by;
    std::string created_by_name;  // of that API key, also when it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp updated_at;
    std::optional<base::timestamp> revoked_at;
    std::optional<base::timestamp> suspended_at;
    std::string suspended_by;  // "server", "account", "team": why it takes no calls; may be empty
    std::optional<base::timestamp> last_used_at;
    std::int64_t use_count = 0;
};

struct new_mcp_server {
    mcp_server server;
    base::secret token;  // tgm_…: shown once; empty when OAuth is the only way in
};

struct server_input {
    std::string name;
    server_config config;
    // RFC 3339; an inner nullopt: never. Nothing: as tenancy_limits::default_expiry says.
    std::optional<std::optional<std::string>> expires_at{};
    std::string holder{};
};

// Absent parts stay as they are.
struct server_patch {
    std::optional<std::string> name;
    std::optional<server_config> config;                   // replaces the whole config
    std::optional<std::optional<std::string>> expires_at;  // an inner nullopt clears it
    std::optional<std::string> holder{};                   // empty clears it
};

constexpr std::int64_t overlap_seconds_max = std::int64_t{30} * 86'400;

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. A server is named by team, account and id; any other combination is not_found.
class servers {
public:
    servers(const environment& env, grants& live_grants, change_feed& changes, alarms& scheduler)
        : env_(env), grants_(live_grants), changes_(changes), alarms_(scheduler) {}

    // Where neither methods nor tools are named, tenancy_limits::default_methods are. Failures:
    // check_name (of name and holder) and check_config; "invalid_expires_at" (not RFC 3339 with an
    // offset) and "expires_too_soon" (less than 60 s ahead), not_found "account_not_found",
    // limit_reached.
    base::awaitable<base::result<new_mcp_server>> create(const api_key& by, std::string account_id,
                                                         server_input input,
                                                         answer_writer<new_mcp_server> answer);

    base::awaitable<base::result<mcp_server>> get(std::string team_id, std::string account_id,
                                                  std::string id);
    // not_found when the account does not exist. Revoked and expired servers are in the list.
    base::awaitable<base::result<std::vector<mcp_server>>> list(std::string team_id,
                                                                std::string account_id,
                                                                storage::page where);

    // Those of all accounts of a team that fit. Revoked and expired servers are in the list.
    base::awaitable<base::result<std::vector<mcp_server>>> search(std::string team_id,
                                                                  storage::server_search what,
                                                                  storage::page where);

    // In force for the next call when it returns. Failures as for create, and conflict
    // "server_revoked". Tokens that expired with the server stay dead when it is prolonged: rotate
    // makes a new one.
    base::awaitable<base::result<mcp_server>> patch(std::string team_id, std::string account_id,
                                                    std::string id, server_patch change);

    // A new token; older ones live `overlap_seconds` more, or are dead when it returns if that is
    // 0. Authorizations of OAuth clients stay. Failures: "invalid_overlap" (not 0 … 30 days),
    // conflict "server_revoked", "server_expired", and "no_url" when OAuth is the only way in.
    base::awaitable<base::result<new_mcp_server>> rotate(std::string team_id,
                                                         std::string account_id, std::string id,
                                                         std::int64_t overlap_seconds,
                                                         answer_writer<new_mcp_server> answer);

    // When it returns, no token of the server is accepted and its listeners were told. Revoking
    // twice is no failure.
    base::awaitable<base::result<>> revoke(std::string team_id, std::string account_id,
                                           std::string id);

    // How many of an account's servers, or of a team's when `account_id` is empty, are not revoked.
    base::awaitable<base::result<std::int64_t>> count(std::string team_id, std::string account_id);

private:
    base::result<mcp_server> view(const storage::server_row& row) const;
    // The same for many, and the names of who made them.
    base::awaitable<base::result<std::vector<mcp_server>>> views(
        std::string team_id, std::vector<storage::server_row> rows) const;

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    alarms& alarms_;
};

}  // namespace tollgate::tenancy
