#include "storage/changes/tokens.hpp"

#include "base/crash_point.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/reads.hpp"
#include "storage/sql/rules.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

result<> write(session& db, const add_token& add) {
    const server_token_row& row = add.row;
    db.run(
        "INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at, "
        "expires_at, scope, token_prefix) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        blob{row.token.digest}, row.token.pepper_id, row.team_id, row.server_id, row.created_at,
        row.expires_at, row.scope, row.prefix);
    if (row.expires_at) arm_tokens(db, row.team_id, row.server_id);
    return {};
}

result<> write(session& db, const cap_tokens& cap) {
    db.run(
        "UPDATE mcp_tokens SET expires_at = ? WHERE team_id = ? AND server_id = ? AND "
        "scope = '' AND (expires_at IS NULL OR expires_at > ?)",
        cap.until, cap.team_id, cap.server_id, cap.until);
    base::crash_point("rotate.before_commit");
    arm_tokens(db, cap.team_id, cap.server_id);
    return {};
}

result<> write(session& db, const drop_tokens& drop) {
    if (drop.kinds == token_kinds::all)
        db.run("DELETE FROM mcp_tokens WHERE team_id = ? AND server_id = ?", drop.team_id,
               drop.server_id);
    else
        db.run("DELETE FROM mcp_tokens WHERE team_id = ? AND server_id = ? AND scope = ''",
               drop.team_id, drop.server_id);
    base::crash_point("rotate.before_commit");
    arm_tokens(db, drop.team_id, drop.server_id);
    return {};
}

result<> write(session& db, const drop_token& drop) {
    db.run(
        "UPDATE mcp_servers SET old_token_prefix = '', old_token_expires_at = NULL WHERE "
        "team_id = ? AND id = ? AND old_token_prefix <> '' AND old_token_prefix = (SELECT "
        "token_prefix FROM mcp_tokens WHERE token_hash = ?)",
        drop.team_id, drop.server_id, blob{drop.digest});
    const auto removed =
        db.run("DELETE FROM mcp_tokens WHERE team_id = ? AND server_id = ? AND token_hash = ?",
               drop.team_id, drop.server_id, blob{drop.digest});
    if (removed == 0) return not_found("token");
    arm_tokens(db, drop.team_id, drop.server_id);
    return {};
}

std::optional<server_token_row> find_token(session& db, const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{db,
                   "SELECT pepper_id, token_hash, team_id, server_id, created_at, expires_at, "
                   "scope, token_prefix FROM mcp_tokens WHERE token_hash = ? AND pepper_id = ?",
                   blob{candidate.digest}, candidate.pepper_id};
        if (!rows.next()) continue;
        server_token_row out;
        out.token.pepper_id = rows.text();
        out.token.digest = rows.bytes();
        out.team_id = rows.text();
        out.server_id = rows.text();
        out.created_at = rows.time();
        out.expires_at = rows.optional_time();
        out.scope = rows.text();
        out.prefix = rows.text();
        return out;
    }
    return {};
}

}  // namespace tollgate::storage::sql
