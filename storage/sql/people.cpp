#include "storage/sql/people.hpp"

#include <limits>
#include <utility>

#include "storage/sql/identities.hpp"
#include "storage/sql/oauth.hpp"
#include "storage/sql/rules.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

namespace {

// People of several teams may have the same e-mail address; at most this many are read.
constexpr std::int64_t same_email_max = 16;

std::optional<person_row> one_person(query& rows) {
    if (!rows.next()) return {};
    return read_person(rows);
}

std::vector<person_row> every_person(query& rows) {
    std::vector<person_row> out;
    while (rows.next()) out.push_back(read_person(rows));
    return out;
}

// The authorizations that a person gave end in the same way as those of an API key.
template <typename Change>
void end_allowed(session& db, const Change& what) {
    const auto ended = what.ended ? what.ended : std::make_shared<std::vector<ended_token>>();
    end_allowed_by(db, remove_api_key{what.team_id, what.id, what.at, ended, what.origin});
}

result<> changed_one(std::int64_t changed) {
    if (changed == 0) return not_found("person");
    return {};
}

}  // namespace

person_row read_person(query& row) {
    person_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.name = row.text();
    out.email = row.text();
    out.role = row.text();
    out.group_names = row.text();
    out.password = row.text();
    token_hash invitation;
    invitation.pepper_id = row.text();
    invitation.digest = row.bytes();
    if (!invitation.digest.empty()) out.invitation = std::move(invitation);
    out.invitation_expires_at = row.optional_time();
    out.totp.key_id = row.text();
    out.totp.wrapped_key = row.bytes();
    out.totp.ciphertext = row.bytes();
    out.totp_confirmed = row.integer() != 0;
    out.totp_step = row.integer();
    out.created_by = row.text();
    out.created_at = row.time();
    out.updated_at = row.time();
    out.signed_in_at = row.optional_time();
    return out;
}

result<> write(session& db, const add_person& add) {
    const person_row& row = add.row;
    lock_team(db, row.team_id);
    query present{db, "SELECT count(*) FROM people WHERE team_id = ?", row.team_id};
    if (count_of(present) >= add.limit) return limit_reached(add.limit, "people of a team");
    query same{db, "SELECT 1 FROM people WHERE team_id = ? AND email = ?", row.team_id, row.email};
    if (same.next())
        return fail(errc::conflict, "email_taken",
                    "a person of this team has this e-mail address already", "email");
    db.run(
        "INSERT INTO people (id, team_id, name, email, role, group_names, password, "
        "totp_key_id, totp_wrapped_key, totp_secret, totp_confirmed, totp_step, created_by, "
        "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.name, row.email, row.role, row.group_names, row.password,
        row.totp.key_id, blob{row.totp.wrapped_key}, blob{row.totp.ciphertext}, row.totp_confirmed,
        row.totp_step, row.created_by, row.created_at, row.updated_at);
    if (!row.invitation || !row.invitation_expires_at) return {};
    allow_identities(db, row);
    return write(db, invite_person{row.team_id, row.id, *row.invitation, *row.invitation_expires_at,
                                   row.updated_at});
}

result<> write(session& db, const patch_person& patch) {
    auto changed = db.run("UPDATE people SET updated_at = ? WHERE team_id = ? AND id = ?", patch.at,
                          patch.team_id, patch.id);
    if (changed == 0) return not_found("person");
    if (patch.name)
        db.run("UPDATE people SET name = ? WHERE team_id = ? AND id = ?", *patch.name,
               patch.team_id, patch.id);
    if (patch.role)
        db.run("UPDATE people SET role = ? WHERE team_id = ? AND id = ?", *patch.role,
               patch.team_id, patch.id);
    if (patch.group_names)
        db.run("UPDATE people SET group_names = ? WHERE team_id = ? AND id = ?", *patch.group_names,
               patch.team_id, patch.id);
    if (patch.ends_allowed) end_allowed(db, patch);
    return {};
}

result<> write(session& db, const remove_person& remove) {
    const auto found = find_person(db, remove.team_id, remove.id);
    if (!found) return not_found("person");
    refuse_identities(db, *found);
    const auto gone =
        db.run("DELETE FROM people WHERE team_id = ? AND id = ?", remove.team_id, remove.id);
    if (gone == 0) return not_found("person");
    db.run("INSERT INTO removed_people (id, team_id, name, removed_at) VALUES (?, ?, ?, ?)",
           remove.id, remove.team_id, found->name, remove.at);
    end_allowed(db, remove);
    return {};
}

result<> write(session& db, const invite_person& invite) {
    return changed_one(
        db.run("UPDATE people SET invitation_pepper_id = ?, invitation_hash = ?, "
               "invitation_expires_at = ?, updated_at = ? WHERE team_id = ? AND id = ?",
               invite.invitation.pepper_id, blob{invite.invitation.digest}, invite.expires_at,
               invite.at, invite.team_id, invite.id));
}

result<> write(session& db, const accept_invitation& accept) {
    end_sign_in_links(db, accept.team_id, accept.id);
    const auto changed = db.run(
        "UPDATE people SET password = ?, invitation_pepper_id = NULL, invitation_hash = NULL, "
        "invitation_expires_at = NULL, updated_at = ? WHERE team_id = ? AND id = ? AND "
        "invitation_hash = ? AND invitation_expires_at > ?",
        accept.password, accept.at, accept.team_id, accept.id, blob{accept.invitation.digest},
        accept.at);
    if (changed == 0)
        return fail(errc::not_found, "invalid_invitation", "this invitation was used already");
    db.run("DELETE FROM sessions WHERE team_id = ? AND person_id = ?", accept.team_id, accept.id);
    return {};
}

result<> write(session& db, const put_password& put) {
    if (put.end_sessions) end_sign_in_links(db, put.team_id, put.id);
    const auto changed = db.run(
        "UPDATE people SET password = ?, updated_at = ? WHERE team_id = ? AND id = ? AND password "
        "= ?",
        put.password, put.at, put.team_id, put.id, put.old);
    if (changed == 0)
        return fail(errc::conflict, "password_changed",
                    "the password was changed meanwhile: sign in again");
    if (put.end_sessions)
        db.run("DELETE FROM sessions WHERE team_id = ? AND person_id = ? AND id <> ?", put.team_id,
               put.id, put.keep);
    return {};
}

std::optional<person_row> find_person(session& db, const std::string& team_id,
                                      const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_PERSON_COLUMNS " FROM people p WHERE p.team_id = ? AND p.id = ?",
               team_id, id};
    return one_person(rows);
}

std::vector<person_row> list_people(session& db, const std::string& team_id, const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{db,
               "SELECT " TOLLGATE_PERSON_COLUMNS
               " FROM people p WHERE p.team_id = ? AND (p.created_at, p.id) < (?, ?) ORDER BY "
               "p.created_at DESC, p.id DESC LIMIT ?",
               team_id,
               older,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    return every_person(rows);
}

std::vector<person_row> find_people_by_email(session& db, const std::string& email,
                                             const std::string& team_id) {
    query rows{db,
               "SELECT " TOLLGATE_PERSON_COLUMNS
               " FROM people p WHERE p.email = ? AND (? = '' OR p.team_id = ?) ORDER BY "
               "p.created_at, p.id LIMIT ?",
               email,
               team_id,
               team_id,
               same_email_max};
    return every_person(rows);
}

std::optional<person_row> find_invited_person(session& db,
                                              const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{db,
                   "SELECT " TOLLGATE_PERSON_COLUMNS
                   " FROM people p WHERE p.invitation_hash = ? AND p.invitation_pepper_id = ?",
                   blob{candidate.digest}, candidate.pepper_id};
        if (auto row = one_person(rows)) return row;
    }
    return {};
}

}  // namespace tollgate::storage::sql
