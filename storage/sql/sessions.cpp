// Sessions of people, and the one-time codes with which they sign in.
#include <limits>
#include <utility>

#include "storage/sql/identities.hpp"
#include "storage/sql/people.hpp"
#include "storage/sql/rules.hpp"

// The columns of a session, with the alias s.
#define TOLLGATE_SESSION_COLUMNS                                                    \
    "s.id, s.team_id, s.person_id, s.pepper_id, s.token_hash, s.remote, s.client, " \
    "s.created_at, s.used_at, s.expires_at"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

namespace {

session_row read_session(query& row) {
    session_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.person_id = row.text();
    out.token.pepper_id = row.text();
    out.token.digest = row.bytes();
    out.remote = row.text();
    out.client = row.text();
    out.created_at = row.time();
    out.used_at = row.time();
    out.expires_at = row.time();
    return out;
}

result<> code_used() {
    return fail(errc::conflict, "code_used", "this code was used already");
}

}  // namespace

result<> write(session& db, const put_totp& put) {
    const auto changed = db.run(
        "UPDATE people SET totp_key_id = ?, totp_wrapped_key = ?, totp_secret = ?, totp_step = 0, "
        "updated_at = ? WHERE team_id = ? AND id = ? AND totp_confirmed = 0",
        put.secret.key_id, blob{put.secret.wrapped_key}, blob{put.secret.ciphertext}, put.at,
        put.team_id, put.id);
    if (changed == 0)
        return fail(errc::conflict, "totp_on",
                    "one-time codes are on already: turn them off first");
    return {};
}

result<> write(session& db, const confirm_totp& confirm) {
    end_sign_in_links(db, confirm.team_id, confirm.id);
    const auto changed = db.run(
        "UPDATE people SET totp_confirmed = 1, totp_step = ?, updated_at = ? WHERE team_id = ? AND "
        "id = ? AND totp_confirmed = 0 AND totp_secret = ?",
        confirm.step, confirm.at, confirm.team_id, confirm.id, blob{confirm.secret.ciphertext});
    if (changed == 0)
        return fail(errc::conflict, "totp_changed", "one-time codes were changed meanwhile");
    db.run("DELETE FROM recovery_codes WHERE team_id = ? AND person_id = ?", confirm.team_id,
           confirm.id);
    for (const token_hash& code : confirm.recovery_codes)
        db.run(
            "INSERT INTO recovery_codes (code_hash, pepper_id, team_id, person_id) VALUES (?, ?, "
            "?, ?)",
            blob{code.digest}, code.pepper_id, confirm.team_id, confirm.id);
    return {};
}

result<> write(session& db, const remove_totp& remove) {
    const std::string_view nothing = "";
    const auto changed = db.run(
        "UPDATE people SET totp_key_id = '', totp_wrapped_key = ?, totp_secret = ?, "
        "totp_confirmed = 0, totp_step = 0, updated_at = ? WHERE team_id = ? AND id = ? AND "
        "totp_key_id <> ''",
        blob{nothing}, blob{nothing}, remove.at, remove.team_id, remove.id);
    if (changed == 0) return fail(errc::not_found, "not_found", "one-time codes are not on");
    db.run("DELETE FROM recovery_codes WHERE team_id = ? AND person_id = ?", remove.team_id,
           remove.id);
    return {};
}

result<> write(session& db, const use_totp& use) {
    const auto changed = db.run(
        "UPDATE people SET totp_step = ? WHERE team_id = ? AND id = ? AND totp_confirmed = 1 AND "
        "totp_step < ?",
        use.step, use.team_id, use.id, use.step);
    if (changed == 0) return code_used();
    return {};
}

result<> write(session& db, const use_recovery_code& use) {
    for (const token_hash& candidate : use.candidates) {
        const auto changed = db.run(
            "DELETE FROM recovery_codes WHERE team_id = ? AND person_id = ? AND code_hash = ? AND "
            "pepper_id = ?",
            use.team_id, use.id, blob{candidate.digest}, candidate.pepper_id);
        if (changed > 0) return {};
    }
    return code_used();
}

// The update locks the person's row, so that a concurrent removal or change of the password comes
// before or after this transaction, never in between.
result<> write(session& db, const add_session& add) {
    const session_row& row = add.row;
    const auto same =
        db.run("UPDATE people SET signed_in_at = ? WHERE team_id = ? AND id = ? AND password = ?",
               row.created_at, row.team_id, row.person_id, add.password);
    if (same == 0)
        return fail(errc::conflict, "password_changed",
                    "the person was changed meanwhile: sign in again");
    db.run(
        "INSERT INTO sessions (id, team_id, person_id, pepper_id, token_hash, remote, client, "
        "created_at, used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.person_id, row.token.pepper_id, blob{row.token.digest}, row.remote,
        row.client, row.created_at, row.used_at, row.expires_at);
    db.run(
        "DELETE FROM sessions WHERE team_id = ? AND person_id = ? AND id NOT IN (SELECT id FROM "
        "sessions WHERE team_id = ? AND person_id = ? ORDER BY used_at DESC, id DESC LIMIT ?)",
        row.team_id, row.person_id, row.team_id, row.person_id, add.limit);
    return {};
}

result<> write(session& db, const touch_session& touch) {
    db.run("UPDATE sessions SET used_at = ? WHERE team_id = ? AND id = ? AND used_at < ?", touch.at,
           touch.team_id, touch.id, touch.at);
    return {};
}

result<> write(session& db, const end_sessions& end) {
    if (end.id.empty()) end_sign_in_links(db, end.team_id, end.person_id);
    const auto ended =
        end.id.empty()
            ? db.run("DELETE FROM sessions WHERE team_id = ? AND person_id = ?", end.team_id,
                     end.person_id)
            : db.run("DELETE FROM sessions WHERE team_id = ? AND person_id = ? AND id = ?",
                     end.team_id, end.person_id, end.id);
    if (ended == 0 && !end.id.empty()) return not_found("session");
    return {};
}

result<> write(session& db, const purge_sessions& purge) {
    db.run(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? OR "
        "used_at < ? LIMIT 1000)",
        purge.now, purge.unused_since);
    db.run(
        "UPDATE people SET invitation_pepper_id = NULL, invitation_hash = NULL, "
        "invitation_expires_at = NULL WHERE invitation_hash IS NOT NULL AND invitation_expires_at "
        "<= ?",
        purge.now);
    return {};
}

std::optional<signed_in_row> find_session(session& db, const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{db,
                   "SELECT " TOLLGATE_SESSION_COLUMNS ", " TOLLGATE_PERSON_COLUMNS
                   " FROM sessions s JOIN people p ON p.team_id = s.team_id AND p.id = "
                   "s.person_id WHERE s.token_hash = ? AND s.pepper_id = ?",
                   blob{candidate.digest}, candidate.pepper_id};
        if (!rows.next()) continue;
        signed_in_row out;
        out.session = read_session(rows);
        out.person = read_person(rows);
        return out;
    }
    return {};
}

std::vector<session_row> list_sessions(session& db, const std::string& team_id,
                                       const std::string& person_id, const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{db,
               "SELECT " TOLLGATE_SESSION_COLUMNS
               " FROM sessions s WHERE s.team_id = ? AND s.person_id = ? AND (s.created_at, s.id) "
               "< (?, ?) ORDER BY s.created_at DESC, s.id DESC LIMIT ?",
               team_id,
               person_id,
               older,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    std::vector<session_row> out;
    while (rows.next()) out.push_back(read_session(rows));
    return out;
}

}  // namespace tollgate::storage::sql
