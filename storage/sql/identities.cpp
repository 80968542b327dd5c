#include "storage/sql/identities.hpp"

#include "storage/sql/people.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

result<> write(session& db, const add_identity& change) {
    query refused{db,
                  "SELECT 1 FROM refused_identities WHERE team_id = ? AND issuer = ? AND subject = "
                  "?",
                  change.team_id, change.issuer, change.subject};
    if (refused.next())
        return fail(errc::forbidden, "person_removed",
                    "an admin has removed this person: only an invitation brings them back");
    const auto added = db.run(
        "INSERT INTO person_identities (team_id, issuer, subject, person_id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (team_id, issuer, subject) DO NOTHING",
        change.team_id, change.issuer, change.subject, change.person_id);
    if (added == 1) return {};
    return fail(errc::conflict, "identity_taken",
                "another person of this team has this identity already");
}

void refuse_identities(session& db, const person_row& removed) {
    db.run(
        "INSERT INTO refused_identities (team_id, issuer, subject, email) SELECT team_id, issuer, "
        "subject, ? FROM person_identities WHERE team_id = ? AND person_id = ? ON CONFLICT "
        "(team_id, issuer, subject) DO UPDATE SET email = excluded.email",
        removed.email, removed.team_id, removed.id);
}

void allow_identities(session& db, const person_row& invited) {
    db.run("DELETE FROM refused_identities WHERE team_id = ? AND email = ?", invited.team_id,
           invited.email);
}

// One link of a person at a time: a new one ends the old one.
result<> write(session& db, const add_sign_in_link& change) {
    db.run("DELETE FROM sign_in_links WHERE (team_id = ? AND person_id = ?) OR expires_at <= ?",
           change.team_id, change.person_id, change.at);
    db.run(
        "INSERT INTO sign_in_links (link_hash, pepper_id, team_id, person_id, expires_at) VALUES "
        "(?, ?, ?, ?, ?)",
        blob{change.link.digest}, change.link.pepper_id, change.team_id, change.person_id,
        change.expires_at);
    return {};
}

result<> write(session& db, const use_sign_in_link& change) {
    const auto used = db.run(
        "DELETE FROM sign_in_links WHERE link_hash = ? AND team_id = ? AND expires_at > ? AND "
        "EXISTS (SELECT 1 FROM people p WHERE p.team_id = sign_in_links.team_id AND p.id = "
        "sign_in_links.person_id AND p.totp_confirmed = 0)",
        blob{change.link.digest}, change.team_id, change.at);
    if (used == 1) return {};
    return fail(errc::conflict, "link_used", "this link was used already, or is too old");
}

void end_sign_in_links(session& db, const std::string& team_id, const std::string& person_id) {
    db.run("DELETE FROM sign_in_links WHERE team_id = ? AND person_id = ?", team_id, person_id);
}

std::optional<person_row> find_person_of_identity(session& db, const std::string& team_id,
                                                  const std::string& issuer,
                                                  const std::string& subject) {
    query rows{db,
               "SELECT person_id FROM person_identities WHERE team_id = ? AND issuer = ? AND "
               "subject = ?",
               team_id, issuer, subject};
    if (!rows.next()) return {};
    const std::string person_id{rows.text()};
    return find_person(db, team_id, person_id);
}

std::optional<linked_person> find_sign_in_link(session& db,
                                               const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{db,
                   "SELECT team_id, person_id, expires_at FROM sign_in_links WHERE link_hash = ? "
                   "AND pepper_id = ?",
                   blob{candidate.digest}, candidate.pepper_id};
        if (!rows.next()) continue;
        const std::string team_id{rows.text()};
        const std::string person_id{rows.text()};
        linked_person out;
        out.link = candidate;
        out.expires_at = rows.time();
        auto person = find_person(db, team_id, person_id);
        if (!person) continue;
        out.person = std::move(*person);
        return out;
    }
    return {};
}

}  // namespace tollgate::storage::sql
