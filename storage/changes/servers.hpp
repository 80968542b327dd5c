// Changes of MCP servers; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Fails with not_found "account_not_found" if the account does not exist; `limit` counts servers
// that are not revoked. Sets the alarm of its expiry, if it has one.
struct add_server {
    server_row row;
    std::int64_t limit = 0;
};

// Writes name, holder, config, expires_at, expired_at, the prefixes of its tokens and updated_at,
// and moves the alarm of its expiry. Otherwise as replace_account. Fails with conflict
// "server_revoked" for a revoked server.
struct replace_server {
    server_row row;
};

// Sets revoked_at (an earlier time stays) and removes the server's tokens and alarms. Fails with
// not_found.
struct revoke_server {
    std::string team_id;
    std::string account_id;
    std::string id;
    timestamp at;
};

// Revokes up to `limit` unrevoked servers, in order of their ids after `after`: those of one
// account, or of the whole team if `account_id` is empty. Their ids are put into `revoked`, in no
// particular order; it is empty if none were left. If the commit fails, the servers in it may or
// may not be revoked. They are logged if `origin` is not empty. Fails with not_found if there is no
// such account, and with conflict "count_differs" if their number is not `expect`.
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

// Sets suspended_at (an earlier time is kept) or clears it: of a server; of an account if
// `server_id` is empty; of the team if both ids are empty. The ids of the unrevoked servers
// concerned are put into `servers`; read it only after the commit has succeeded. A suspension logs
// them if `origin` is not empty. Fails with not_found, and with conflict "server_revoked".
struct suspend {
    std::string team_id;
    std::string account_id;
    std::string server_id;
    std::optional<timestamp> at;
    std::shared_ptr<std::vector<std::string>> servers;
    std::string origin{};
};

// Adds to use_count and moves last_used_at forward. A server that does not exist is not a failure.
struct add_usage {
    std::string team_id;
    std::string server_id;
    std::int64_t calls = 0;
    timestamp last_used_at;
};

}  // namespace tollgate::storage
