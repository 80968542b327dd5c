// Changes of MCP servers; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Fails with not_found "account_not_found" when the account is gone; `limit` counts servers that
// are not revoked. Arms the alarm of its expiry, if it has one.
struct add_server {
    server_row row;
    std::int64_t limit = 0;
};

// Writes name, holder, config, expires_at, expired_at, the prefixes of its tokens and updated_at,
// and moves the alarm of its expiry along; other rules as replace_account. A revoked server fails
// with conflict "server_revoked".
struct replace_server {
    server_row row;
};

// Sets revoked_at (the first one stays) and removes the server's tokens and alarms. Fails with
// not_found.
struct revoke_server {
    std::string team_id;
    std::string account_id;
    std::string id;
    timestamp at;
};

// The same for the next `limit` servers that are not revoked, in the order of their ids behind
// `after`: of one account, or of the whole team when `account_id` is empty. The ids are put into
// `revoked`, in no order; with none left it is empty. When the commit fails, those in it may be
// revoked. They are logged when `origin` is not empty. Fails with not_found when there is no such
// account, and with conflict "count_differs" when there are not as many as `expect` says.
struct revoke_servers {
    std::string team_id;
    std::string account_id;
    timestamp at;
    std::string after;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<std::string>> revoked;
    std::string origin{};
    std::optional<std::int64_t> expect{};
};

// Sets suspended_at (the first time stays), or clears it: of a server, of an account when
// `server_id` is empty, of the team when both are. The ids of its servers that are not revoked are
// put into `servers`, which is not to be read unless the commit succeeds; those of a suspension are
// logged when `origin` is not empty. Fails with not_found, and with conflict "server_revoked".
struct suspend {
    std::string team_id;
    std::string account_id;
    std::string server_id;
    std::optional<timestamp> at;
    std::shared_ptr<std::vector<std::string>> servers;
    std::string origin{};
};

// Adds to use_count and moves last_used_at forward. A server that is gone is no failure.
struct add_usage {
    std::string team_id;
    std::string server_id;
    std::int64_t calls = 0;
    timestamp last_used_at;
};

}  // namespace tollgate::storage
