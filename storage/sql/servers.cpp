#include "storage/changes/servers.hpp"

#include "base/crash_point.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/rules.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

result<> write(session& db, const add_server& add) {
    const server_row& row = add.row;
    if (!lock_account(db, row.team_id, row.account_id))
        return fail(errc::not_found, "account_not_found", "no such integrated account");
    query present{db,
                  "SELECT count(*) FROM (SELECT 1 FROM mcp_servers WHERE team_id = ? AND "
                  "account_id = ? AND revoked_at IS NULL LIMIT ?) AS live",
                  row.team_id, row.account_id, add.limit};
    if (count_of(present) >= add.limit)
        return limit_reached(add.limit, "MCP servers of an integrated account");
    db.run(
        "INSERT INTO mcp_servers (id, team_id, account_id, name, config, expires_at, "
        "token_prefix, created_by, created_at, updated_at, version, holder) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.account_id, row.name, row.config, row.expires_at, row.token_prefix,
        row.created_by, row.created_at, row.updated_at, row.version, row.holder);
    if (row.expires_at) arm_server(db, row);
    base::crash_point("create.before_commit");
    return {};
}

result<> write(session& db, const replace_server& replace) {
    const server_row& row = replace.row;
    const auto changed = db.run(
        "UPDATE mcp_servers SET name = ?, config = ?, expires_at = ?, expired_at = ?, "
        "token_prefix = ?, updated_at = ?, holder = ?, old_token_prefix = ?, "
        "old_token_expires_at = ?, version = version + 1 WHERE team_id = ? AND "
        "account_id = ? AND id = ? AND version = ? AND revoked_at IS NULL",
        row.name, row.config, row.expires_at, row.expired_at, row.token_prefix, row.updated_at,
        row.holder, row.old_token_prefix, row.old_token_expires_at, row.team_id, row.account_id,
        row.id, row.version);
    if (changed == 1) {
        arm_server(db, row);
        return {};
    }
    query present{db,
                  "SELECT revoked_at FROM mcp_servers WHERE team_id = ? AND account_id = ? AND "
                  "id = ?",
                  row.team_id, row.account_id, row.id};
    if (!present.next()) return not_found("MCP server");
    if (present.optional_time())
        return fail(errc::conflict, "server_revoked", "this MCP server is revoked");
    return version_changed();
}

result<> write(session& db, const revoke_server& revoke) {
    const auto changed = db.run(
        "UPDATE mcp_servers SET revoked_at = coalesce(revoked_at, ?), "
        "version = version + 1 WHERE team_id = ? AND account_id = ? AND id = ?",
        revoke.at, revoke.team_id, revoke.account_id, revoke.id);
    if (changed == 0) return not_found("MCP server");
    base::crash_point("revoke.before_commit");
    db.run("DELETE FROM mcp_tokens WHERE team_id = ? AND server_id = ?", revoke.team_id, revoke.id);
    disarm_server(db, revoke.team_id, revoke.id);
    return {};
}

result<> write(session& db, const add_usage& usage) {
    db.run(
        "UPDATE mcp_servers SET use_count = use_count + ?, "
        "last_used_at = CASE WHEN last_used_at > ? THEN last_used_at ELSE ? END "
        "WHERE team_id = ? AND id = ?",
        usage.calls, usage.last_used_at, usage.last_used_at, usage.team_id, usage.server_id);
    return {};
}

}  // namespace tollgate::storage::sql
