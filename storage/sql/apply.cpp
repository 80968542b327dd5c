#include "storage/sql/apply.hpp"

#include <string>

#include "base/crash_point.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/change_log.hpp"
#include "storage/sql/oauth.hpp"
#include "storage/sql/revoke.hpp"
#include "storage/sql/suspend.hpp"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

result<> limit_reached(std::int64_t limit, std::string_view of_what) {
    return fail(
        errc::limit_exceeded, "limit_reached",
        "the limit of " + std::to_string(limit) + " " + std::string{of_what} + " is reached");
}

result<> not_found(std::string_view what) {
    return fail(errc::not_found, "not_found", "no such " + std::string{what});
}

std::int64_t count_of(query& rows) {
    return rows.next() ? rows.integer() : 0;
}

// The locks: with many writers, whoever counts the rows of a team or an account waits here for the
// others. Always team before account before server, so that no two wait for each other.
void lock_team(session& db, const std::string& id) {
    if (db.many_writers()) db.run("SELECT 1 FROM teams WHERE id = ? FOR NO KEY UPDATE", id);
}

void lock_owner_keys(session& db) {
    if (db.many_writers())
        db.run("SELECT 1 FROM api_keys WHERE instance_owner = 1 ORDER BY id FOR UPDATE");
}

// False when the account is gone.
bool lock_account(session& db, const std::string& team_id, const std::string& id) {
    if (db.many_writers()) {
        query locked{db,
                     "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ? "
                     "FOR NO KEY UPDATE",
                     team_id, id};
        return locked.next();
    }
    query present{db, "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?", team_id,
                  id};
    return present.next();
}

struct applier {
    session& db;

    result<> operator()(const put_setting& put) const {
        db.run(
            "INSERT INTO settings (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            put.name, blob{put.value});
        return {};
    }

    result<> operator()(const add_setting& add) const {
        const auto changed =
            db.run("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                   add.name, blob{add.value});
        if (changed == 1) return {};
        return fail(errc::conflict, "setting_exists",
                    "the setting " + add.name + " has a value already");
    }

    result<> operator()(const add_team& add) const {
        db.run("INSERT INTO teams (id, name, created_at) VALUES (?, ?, ?)", add.row.id,
               add.row.name, add.row.created_at);
        return {};
    }

    result<> operator()(const freeze_team& freeze) const {
        const auto changed =
            freeze.at ? db.run("UPDATE teams SET frozen_at = coalesce(frozen_at, ?) WHERE id = ?",
                               freeze.at, freeze.id)
                      : db.run("UPDATE teams SET frozen_at = NULL WHERE id = ?", freeze.id);
        if (changed == 0) return not_found("team");
        return {};
    }

    result<> operator()(const add_api_key& add) const {
        lock_team(db, add.row.team_id);
        query present{db, "SELECT count(*) FROM api_keys WHERE team_id = ?", add.row.team_id};
        if (count_of(present) >= add.limit) return limit_reached(add.limit, "API keys of a team");
        const api_key_row& row = add.row;
        db.run(
            "INSERT INTO api_keys (id, team_id, name, role, instance_owner, pepper_id, "
            "token_hash, key_prefix, created_by, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.id, row.team_id, row.name, row.role, row.instance_owner, row.token.pepper_id,
            blob{row.token.digest}, row.key_prefix, row.created_by, row.created_at);
        return {};
    }

    result<> operator()(const remove_api_key& remove) const {
        lock_team(db, remove.team_id);
        query found{db,
                    "SELECT role, instance_owner, name FROM api_keys WHERE team_id = ? AND id = ?",
                    remove.team_id, remove.id};
        if (!found.next()) return not_found("API key");
        const std::string role = found.text();
        const bool owner = found.integer() != 0;
        const std::string name = found.text();
        if (owner) lock_owner_keys(db);
        db.run("INSERT INTO removed_api_keys (id, team_id, name, removed_at) VALUES (?, ?, ?, ?)",
               remove.id, remove.team_id, name, remove.at);
        db.run("DELETE FROM api_keys WHERE team_id = ? AND id = ?", remove.team_id, remove.id);
        query admins{db, "SELECT count(*) FROM api_keys WHERE team_id = ? AND role = 'admin'",
                     remove.team_id};
        if (role == "admin" && count_of(admins) == 0)
            return fail(errc::conflict, "last_admin_key",
                        "this is the team's last admin key: create another one first");
        query owners{db, "SELECT count(*) FROM api_keys WHERE instance_owner = 1"};
        if (owner && count_of(owners) == 0)
            return fail(errc::conflict, "last_owner_key",
                        "this is the last key of the instance owner: create another one first");
        end_allowed_by(db, remove);
        return {};
    }

    result<> operator()(const add_account& add) const {
        const account_row& row = add.row;
        lock_team(db, row.team_id);
        query present{db, "SELECT count(*) FROM integrated_accounts WHERE team_id = ?",
                      row.team_id};
        if (count_of(present) >= add.limit)
            return limit_reached(add.limit, "integrated accounts of a team");
        db.run(
            "INSERT INTO integrated_accounts (id, team_id, name, mode, kind, last4, key_id, "
            "wrapped_key, credential, stripe_account, stripe_version, tags, created_by, "
            "created_at, updated_at, version, connected_accounts, needs_reauth_at, frozen_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.id, row.team_id, row.name, row.mode, row.kind, row.last4, row.credential.key_id,
            blob{row.credential.wrapped_key}, blob{row.credential.ciphertext}, row.stripe_account,
            row.stripe_version, row.tags, row.created_by, row.created_at, row.updated_at,
            row.version, row.connected_accounts, row.needs_reauth_at, row.frozen_at);
        return {};
    }

    result<> operator()(const replace_account& replace) const {
        const account_row& row = replace.row;
        const auto changed = db.run(
            "UPDATE integrated_accounts SET name = ?, mode = ?, kind = ?, last4 = ?, "
            "key_id = ?, wrapped_key = ?, credential = ?, stripe_account = ?, "
            "stripe_version = ?, tags = ?, connected_accounts = ?, needs_reauth_at = ?, "
            "frozen_at = ?, updated_at = ?, version = version + 1 "
            "WHERE team_id = ? AND id = ? AND version = ?",
            row.name, row.mode, row.kind, row.last4, row.credential.key_id,
            blob{row.credential.wrapped_key}, blob{row.credential.ciphertext}, row.stripe_account,
            row.stripe_version, row.tags, row.connected_accounts, row.needs_reauth_at,
            row.frozen_at, row.updated_at, row.team_id, row.id, row.version);
        if (changed == 1) return {};
        return changed_or_gone(row.team_id, row.id);
    }

    result<> operator()(const reject_credential& reject) const {
        const auto changed = db.run(
            "UPDATE integrated_accounts SET needs_reauth_at = coalesce(needs_reauth_at, ?), "
            "version = version + 1 WHERE team_id = ? AND id = ? AND version = ?",
            reject.at, reject.team_id, reject.id, reject.version);
        if (changed == 1) return {};
        return changed_or_gone(reject.team_id, reject.id);
    }

    result<> operator()(const remove_account& remove) const {
        if (!lock_account(db, remove.team_id, remove.id)) return not_found("integrated account");
        const auto live = count_unrevoked(db, remove.team_id, remove.id);
        if (live != remove.expect) return count_differs(live, remove.expect);
        disarm_account(db, remove.team_id, remove.id);
        const auto changed = db.run("DELETE FROM integrated_accounts WHERE team_id = ? AND id = ?",
                                    remove.team_id, remove.id);
        if (changed == 0) return not_found("integrated account");
        return {};
    }

    result<> operator()(const add_server& add) const {
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
            row.id, row.team_id, row.account_id, row.name, row.config, row.expires_at,
            row.token_prefix, row.created_by, row.created_at, row.updated_at, row.version,
            row.holder);
        if (row.expires_at) arm_server(db, row);
        base::crash_point("create.before_commit");
        return {};
    }

    result<> operator()(const replace_server& replace) const {
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

    result<> operator()(const revoke_server& revoke) const {
        const auto changed = db.run(
            "UPDATE mcp_servers SET revoked_at = coalesce(revoked_at, ?), "
            "version = version + 1 WHERE team_id = ? AND account_id = ? AND id = ?",
            revoke.at, revoke.team_id, revoke.account_id, revoke.id);
        if (changed == 0) return not_found("MCP server");
        base::crash_point("revoke.before_commit");
        db.run("DELETE FROM mcp_tokens WHERE team_id = ? AND server_id = ?", revoke.team_id,
               revoke.id);
        disarm_server(db, revoke.team_id, revoke.id);
        return {};
    }

    result<> operator()(const revoke_servers& what) const { return revoke_many(db, what); }

    result<> operator()(const suspend& what) const { return apply_suspend(db, what); }

    result<> operator()(const add_token& add) const {
        const server_token_row& row = add.row;
        db.run(
            "INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at, "
            "expires_at, scope, token_prefix) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            blob{row.token.digest}, row.token.pepper_id, row.team_id, row.server_id, row.created_at,
            row.expires_at, row.scope, row.prefix);
        if (row.expires_at) arm_tokens(db, row.team_id, row.server_id);
        return {};
    }

    result<> operator()(const cap_tokens& cap) const {
        db.run(
            "UPDATE mcp_tokens SET expires_at = ? WHERE team_id = ? AND server_id = ? AND "
            "scope = '' AND (expires_at IS NULL OR expires_at > ?)",
            cap.until, cap.team_id, cap.server_id, cap.until);
        base::crash_point("rotate.before_commit");
        arm_tokens(db, cap.team_id, cap.server_id);
        return {};
    }

    result<> operator()(const drop_tokens& drop) const {
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

    result<> operator()(const drop_token& drop) const {
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

    result<> operator()(const add_usage& usage) const {
        db.run(
            "UPDATE mcp_servers SET use_count = use_count + ?, "
            "last_used_at = CASE WHEN last_used_at > ? THEN last_used_at ELSE ? END "
            "WHERE team_id = ? AND id = ?",
            usage.calls, usage.last_used_at, usage.last_used_at, usage.team_id, usage.server_id);
        return {};
    }

    result<> operator()(const add_replay& add) const {
        const replay_row& row = add.row;
        const auto changed = db.run(
            "INSERT INTO replays (team_id, route, key, request_digest, status, key_id, "
            "wrapped_key, body, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (team_id, route, key) DO UPDATE SET "
            "request_digest = excluded.request_digest, status = excluded.status, "
            "key_id = excluded.key_id, wrapped_key = excluded.wrapped_key, "
            "body = excluded.body, created_at = excluded.created_at, "
            "expires_at = excluded.expires_at WHERE replays.expires_at <= excluded.created_at",
            row.team_id, row.route, row.key, blob{row.request_digest}, row.status, row.body.key_id,
            blob{row.body.wrapped_key}, blob{row.body.ciphertext}, row.created_at, row.expires_at);
        if (changed == 1) return {};
        return fail(errc::conflict, "replay_exists", "an answer is stored under this key already");
    }

    result<> operator()(const purge_expired& purge) const {
        db.run(
            "DELETE FROM replays WHERE (team_id, route, key) IN (SELECT team_id, route, key FROM "
            "replays WHERE expires_at <= ? LIMIT 1000)",
            purge.now);
        purge_oauth(db, purge.now);
        return {};
    }

    result<> operator()(const claim_alarms& what) const {
        claim(db, what);
        return {};
    }
    result<> operator()(const fire_alarms& what) const {
        fire(db, what);
        return {};
    }
    result<> operator()(const postpone_alarm& what) const {
        postpone(db, what);
        return {};
    }
    result<> operator()(const release_alarms& what) const {
        release(db, what);
        return {};
    }
    result<> operator()(const arm_missing_alarms& what) const {
        arm_missing(db, what);
        return {};
    }

    result<> operator()(const log_change& what) const {
        append(db, what);
        return {};
    }
    result<> operator()(const open_log& what) const {
        open(db, what);
        return {};
    }
    result<> operator()(const renew_log& what) const {
        renew(db, what);
        return {};
    }
    result<> operator()(const trim_log& what) const {
        trim(db, what);
        return {};
    }
    result<> operator()(const put_instance& what) const {
        put(db, what);
        return {};
    }
    result<> operator()(const remove_instance& what) const {
        remove(db, what);
        return {};
    }

    result<> operator()(const use_oauth_client& what) const { return use_client(db, what); }
    result<> operator()(const add_authorization& what) const { return add(db, what); }
    result<> operator()(const rotate_refresh& what) const { return rotate(db, what); }
    result<> operator()(const revoke_authorization& what) const { return revoke(db, what); }

    // Why no account was of the version named.
    result<> changed_or_gone(const std::string& team_id, const std::string& id) const {
        query present{db, "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?", team_id,
                      id};
        if (!present.next()) return not_found("integrated account");
        return version_changed();
    }

    static result<> version_changed() {
        return fail(errc::conflict, "version_changed", "somebody else changed this meanwhile");
    }
};

}  // namespace

base::result<> apply(session& db, const change& what) {
    try {
        return std::visit(applier{db}, what);
    } catch (const sql_error& error) {
        if (error.kind() == fault_kind::unique)
            return fail(errc::conflict, "exists_already", "a record with this id exists already");
        if (error.kind() == fault_kind::foreign_key)
            return fail(errc::not_found, "not_found", "what this record belongs to is gone");
        if (error.kind() == fault_kind::not_text)
            return fail(errc::invalid_argument, "invalid_text",
                        "a text must be valid UTF-8 without a NUL character");
        throw;
    }
}

}  // namespace tollgate::storage::sql
