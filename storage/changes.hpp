// What can be done to the records: one struct a change. A list of them is committed as one.
#pragma once
#include <variant>
#include <vector>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets one value of the instance.
struct put_setting {
    std::string name;
    std::string value;  // any bytes
};

// Sets a value that nobody has set: fails with conflict "setting_exists". So instances that start
// at the same time decide who is first.
struct add_setting {
    std::string name;
    std::string value;  // any bytes
};

struct add_team {
    team_row row;
};

// Sets frozen_at (a second freeze keeps the first time), or clears it. Fails with not_found.
struct freeze_team {
    std::string id;
    std::optional<timestamp> at;
};

// Fails with errc::limit_exceeded "limit_reached" when the team has `limit` keys.
struct add_api_key {
    api_key_row row;
    std::int64_t limit = 0;
};

// Fails with not_found, and with conflict "last_admin_key" when the team (or, for an owner key, the
// instance) would be left without one.
struct remove_api_key {
    std::string team_id;
    std::string id;
};

struct add_account {
    account_row row;
    std::int64_t limit = 0;
};

// Writes every column of the row. Fails with not_found when it is gone and with conflict
// "version_changed" when its version is not row.version any more; the stored version becomes
// row.version + 1.
struct replace_account {
    account_row row;
};

// Sets needs_reauth_at of the account as it was at `version`; fails as replace_account does. A
// credential replaced since then is not blamed for the one before it.
struct reject_credential {
    std::string team_id;
    std::string id;
    std::int64_t version = 0;
    timestamp at;
};

// Removes an account, its servers and their tokens. Fails with not_found.
struct remove_account {
    std::string team_id;
    std::string id;
};

// Fails with not_found "account_not_found" when the account is gone; `limit` counts servers that
// are not revoked.
struct add_server {
    server_row row;
    std::int64_t limit = 0;
};

// Writes name, config, expires_at, token_prefix and updated_at; other rules as replace_account. A
// revoked server fails with conflict "server_revoked".
struct replace_server {
    server_row row;
};

// Sets revoked_at (the first one stays) and removes the server's tokens. Fails with not_found.
struct revoke_server {
    std::string team_id;
    std::string account_id;
    std::string id;
    timestamp at;
};

struct add_token {
    server_token_row row;
};

// No token of the server that exists now outlives `until`.
struct cap_tokens {
    std::string team_id;
    std::string server_id;
    timestamp until;
};

// Removes every token of the server.
struct drop_tokens {
    std::string team_id;
    std::string server_id;
};

// Adds to use_count and moves last_used_at forward. A server that is gone is no failure.
struct add_usage {
    std::string team_id;
    std::string server_id;
    std::int64_t calls = 0;
    timestamp last_used_at;
};

// Fails with conflict "replay_exists" when an answer is stored under that key and has not expired
// at row.created_at.
struct add_replay {
    replay_row row;
};

// Removes stored answers and tokens that expired before `now`, at most 1,000 of each.
struct purge_expired {
    timestamp now;
};

using change = std::variant<put_setting, add_setting, add_team, freeze_team, add_api_key,
                            remove_api_key, add_account, replace_account, reject_credential,
                            remove_account, add_server, replace_server, revoke_server, add_token,
                            cap_tokens, drop_tokens, add_usage, add_replay, purge_expired>;

}  // namespace tollgate::storage
