#include "storage/changes/settings.hpp"

#include "storage/sql/caps.hpp"
#include "storage/sql/oauth.hpp"
#include "storage/sql/policy_changes.hpp"
#include "storage/sql/sign_in_attempts.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

result<> write(session& db, const put_setting& put) {
    db.run(
        "INSERT INTO settings (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        put.name, blob{put.value});
    return {};
}

result<> write(session& db, const add_setting& add) {
    const auto changed =
        db.run("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
               add.name, blob{add.value});
    if (changed == 1) return {};
    return fail(errc::conflict, "setting_exists",
                "the setting " + add.name + " has a value already");
}

result<> write(session& db, const add_replay& add) {
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

result<> write(session& db, const purge_expired& purge) {
    db.run(
        "DELETE FROM replays WHERE (team_id, route, key) IN (SELECT team_id, route, key FROM "
        "replays WHERE expires_at <= ? LIMIT 1000)",
        purge.now);
    purge_oauth(db, purge.now);
    purge_caps(db, purge.now);
    purge_policy_changes(db, purge.now);
    purge_sign_in_attempts(db, purge.now);
    return {};
}

std::optional<std::string> find_setting(session& db, const std::string& name) {
    query rows{db, "SELECT value FROM settings WHERE name = ?", name};
    if (!rows.next()) return {};
    return rows.bytes();
}

}  // namespace tollgate::storage::sql
