#include "storage/sql/oauth.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "base/crash_point.hpp"
#include "base/crypto.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/change_log.hpp"
#include "storage/sql/rules.hpp"

#define TOLLGATE_AUTHORIZATION_COLUMNS                                                         \
    "z.id, z.team_id, z.server_id, z.client_id, z.client_name, z.redirect_host, z.scope, "     \
    "z.allowed_by, z.token_hash, z.refresh_pepper_id, z.refresh_hash, z.created_at, "          \
    "z.refreshed_at, z.expires_at, z.revoked_at, "                                             \
    "CASE WHEN EXISTS (SELECT 1 FROM mcp_tokens t WHERE t.token_hash = z.token_hash) AND "     \
    "(EXISTS (SELECT 1 FROM api_keys k WHERE k.team_id = z.team_id AND k.id = z.allowed_by) "  \
    "OR EXISTS (SELECT 1 FROM people p WHERE p.team_id = z.team_id AND p.id = z.allowed_by)) " \
    "THEN 1 ELSE 0 END"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::size_t logged_at_once = 1000;

authorization_row read_authorization(query& row) {
    authorization_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.server_id = row.text();
    out.client_id = row.text();
    out.client_name = row.text();
    out.redirect_host = row.text();
    out.scope = row.text();
    out.allowed_by = row.text();
    out.token_digest = row.bytes();
    out.refresh.pepper_id = row.text();
    out.refresh.digest = row.bytes();
    out.created_at = row.time();
    out.refreshed_at = row.time();
    out.expires_at = row.time();
    out.revoked_at = row.optional_time();
    out.active = row.integer() != 0;
    return out;
}

// False if the server does not exist or is revoked or expired. With many writers, a concurrent
// revoke waits for this transaction, or has committed before it.
bool lock_server(session& db, const std::string& team_id, const std::string& id) {
    constexpr std::string_view live =
        "SELECT 1 FROM mcp_servers WHERE team_id = ? AND id = ? AND revoked_at IS NULL AND "
        "expired_at IS NULL";
    constexpr std::string_view locked =
        "SELECT 1 FROM mcp_servers WHERE team_id = ? AND id = ? AND revoked_at IS NULL AND "
        "expired_at IS NULL FOR NO KEY UPDATE";
    query found{db, db.many_writers() ? locked : live, team_id, id};
    return found.next();
}

result<> no_server() {
    return fail(errc::not_found, "server_not_found", "this MCP server is gone");
}

// False if the person does not exist or may no longer allow clients. Locked like a key, and also
// against a change of the role.
bool lock_person(session& db, const std::string& team_id, const std::string& id) {
    constexpr std::string_view present =
        "SELECT 1 FROM people WHERE team_id = ? AND id = ? AND role IN ('operator', 'admin')";
    constexpr std::string_view locked =
        "SELECT 1 FROM people WHERE team_id = ? AND id = ? AND role IN ('operator', 'admin') FOR "
        "SHARE";
    query found{db, db.many_writers() ? locked : present, team_id, id};
    return found.next();
}

// False if the key, or the person, does not exist. With many writers, a concurrent removal waits
// for this transaction, or has committed before it.
bool lock_key(session& db, const std::string& team_id, const std::string& id) {
    if (id.starts_with("per_")) return lock_person(db, team_id, id);
    constexpr std::string_view present = "SELECT 1 FROM api_keys WHERE team_id = ? AND id = ?";
    constexpr std::string_view locked =
        "SELECT 1 FROM api_keys WHERE team_id = ? AND id = ? FOR KEY SHARE";
    query found{db, db.many_writers() ? locked : present, team_id, id};
    return found.next();
}

std::int64_t clients_of(session& db, const oauth_client_row& row) {
    query present{db, "SELECT count(*) FROM oauth_clients WHERE team_id = ? AND server_id = ?",
                  row.team_id, row.server_id};
    return present.next() ? present.integer() : 0;
}

}  // namespace

result<> use_client(session& db, const use_oauth_client& change) {
    const oauth_client_row& row = change.row;
    if (!lock_server(db, row.team_id, row.server_id)) return no_server();
    db.run("DELETE FROM oauth_clients WHERE team_id = ? AND server_id = ? AND expires_at <= ?",
           row.team_id, row.server_id, row.used_at);
    db.run(
        "INSERT INTO oauth_clients (id, team_id, server_id, name, redirect_uris, created_at, "
        "used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "used_at = excluded.used_at, expires_at = excluded.expires_at",
        row.id, row.team_id, row.server_id, row.name, row.redirect_uris, row.created_at,
        row.used_at, row.expires_at);
    if (clients_of(db, row) > change.limit)
        db.run(
            "DELETE FROM oauth_clients WHERE id IN (SELECT id FROM oauth_clients WHERE "
            "team_id = ? AND server_id = ? AND id <> ? ORDER BY coalesce(used_at, 0), created_at, "
            "id LIMIT 1)",
            row.team_id, row.server_id, row.id);
    return {};
}

result<> add(session& db, const add_authorization& change) {
    const authorization_row& row = change.row;
    if (!lock_server(db, row.team_id, row.server_id)) return no_server();
    if (!lock_key(db, row.team_id, row.allowed_by))
        return fail(errc::not_found, "api_key_not_found",
                    "the person or API key that allowed this is gone, or may not any more");
    {
        query present{db,
                      "SELECT count(*) FROM mcp_tokens WHERE team_id = ? AND server_id = ? AND "
                      "scope <> ''",
                      row.team_id, row.server_id};
        if (present.next() && present.integer() >= change.limit)
            return limit_reached(change.limit, "authorizations of an MCP server");
    }
    db.run(
        "INSERT INTO oauth_authorizations (id, team_id, server_id, client_id, client_name, "
        "redirect_host, scope, allowed_by, token_hash, refresh_pepper_id, refresh_hash, "
        "created_at, refreshed_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.server_id, row.client_id, row.client_name, row.redirect_host,
        row.scope, row.allowed_by, blob{row.token_digest}, row.refresh.pepper_id,
        blob{row.refresh.digest}, row.created_at, row.refreshed_at, row.expires_at);
    base::crash_point("authorize.before_commit");
    db.run(
        "INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at, "
        "expires_at, scope) VALUES (?, ?, ?, ?, ?, ?, ?)",
        blob{change.token.digest}, change.token.pepper_id, row.team_id, row.server_id,
        row.created_at, row.expires_at, row.scope);
    arm_tokens(db, row.team_id, row.server_id);
    return {};
}

result<> rotate(session& db, const rotate_refresh& change) {
    const auto changed = db.run(
        "UPDATE oauth_authorizations SET refresh_pepper_id = ?, refresh_hash = ?, "
        "refreshed_at = ? WHERE team_id = ? AND id = ? AND refresh_hash = ? AND "
        "revoked_at IS NULL",
        change.to.pepper_id, blob{change.to.digest}, change.at, change.team_id, change.id,
        blob{change.from});
    base::crash_point("refresh.before_commit");
    if (changed == 1) return {};
    return fail(errc::conflict, "refresh_changed", "this refresh token is not the one in force");
}

result<> revoke(session& db, const revoke_authorization& change) {
    const auto changed = db.run(
        "UPDATE oauth_authorizations SET revoked_at = coalesce(revoked_at, ?) WHERE team_id = ? "
        "AND server_id = ? AND id = ?",
        change.at, change.team_id, change.server_id, change.id);
    if (changed == 0) return fail(errc::not_found, "not_found", "no such authorization");
    db.run(
        "DELETE FROM mcp_tokens WHERE token_hash = (SELECT token_hash FROM oauth_authorizations "
        "WHERE team_id = ? AND id = ?)",
        change.team_id, change.id);
    arm_tokens(db, change.team_id, change.server_id);
    return {};
}

void end_allowed_by(session& db, const remove_api_key& change) {
    db.run(
        "UPDATE oauth_authorizations SET revoked_at = ? WHERE team_id = ? AND allowed_by = ? AND "
        "revoked_at IS NULL",
        change.at, change.team_id, change.id);
    std::vector<ended_token> ended;
    {
        query rows{db,
                   "DELETE FROM mcp_tokens WHERE token_hash IN (SELECT token_hash FROM "
                   "oauth_authorizations WHERE team_id = ? AND allowed_by = ?) RETURNING "
                   "server_id, token_hash",
                   change.team_id, change.id};
        while (rows.next()) {
            ended_token token;
            token.server_id = rows.text();
            token.digest = rows.bytes();
            ended.push_back(std::move(token));
        }
    }
    std::set<std::string> servers;
    for (const ended_token& token : ended) servers.insert(token.server_id);
    for (const std::string& id : servers) arm_tokens(db, change.team_id, id);
    for (std::size_t at = 0; at < ended.size() && !change.origin.empty(); at += logged_at_once) {
        std::vector<std::string> subjects;
        for (std::size_t i = at; i < std::min(ended.size(), at + logged_at_once); ++i)
            subjects.push_back(ended[i].server_id + ":" + base::hex(ended[i].digest));
        append(db, {logged_kind::token_ended, std::move(subjects), change.origin, change.at,
                    std::make_shared<std::int64_t>(0)});
    }
    if (change.ended) *change.ended = std::move(ended);
}

void purge_oauth(session& db, timestamp now) {
    db.run(
        "DELETE FROM oauth_clients WHERE id IN (SELECT id FROM oauth_clients WHERE "
        "expires_at <= ? LIMIT 1000)",
        now);
    db.run(
        "DELETE FROM oauth_authorizations WHERE id IN (SELECT id FROM oauth_authorizations WHERE "
        "expires_at <= ? LIMIT 1000)",
        now);
}

std::optional<oauth_client_row> find_client(session& db, const std::string& team_id,
                                            const std::string& server_id, const std::string& id) {
    query rows{db,
               "SELECT id, team_id, server_id, name, redirect_uris, created_at, used_at, "
               "expires_at FROM oauth_clients WHERE team_id = ? AND server_id = ? AND id = ?",
               team_id, server_id, id};
    if (!rows.next()) return {};
    oauth_client_row out;
    out.id = rows.text();
    out.team_id = rows.text();
    out.server_id = rows.text();
    out.name = rows.text();
    out.redirect_uris = rows.text();
    out.created_at = rows.time();
    out.used_at = rows.optional_time();
    out.expires_at = rows.time();
    return out;
}

std::optional<authorization_row> find_authorization(session& db, const std::string& id) {
    query rows{
        db, "SELECT " TOLLGATE_AUTHORIZATION_COLUMNS " FROM oauth_authorizations z WHERE z.id = ?",
        id};
    if (!rows.next()) return {};
    return read_authorization(rows);
}

std::vector<authorization_row> list_authorizations(session& db, const std::string& team_id,
                                                   const std::string& server_id,
                                                   const page& where) {
    const std::int64_t before =
        where.before ? base::to_unix_ms(*where.before) : std::numeric_limits<std::int64_t>::max();
    query rows{db,
               "SELECT " TOLLGATE_AUTHORIZATION_COLUMNS
               " FROM oauth_authorizations z WHERE z.team_id = ? AND z.server_id = ? AND "
               "(z.created_at, z.id) < (?, ?) ORDER BY z.created_at DESC, z.id DESC LIMIT ?",
               team_id,
               server_id,
               before,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    std::vector<authorization_row> out;
    while (rows.next()) out.push_back(read_authorization(rows));
    return out;
}

}  // namespace tollgate::storage::sql
