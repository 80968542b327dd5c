#include "storage/sql/alarms.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "base/crash_point.hpp"
#include "base/crypto.hpp"
#include "storage/sql/change_log.hpp"

// The alarms of a claim, by two bound values: the end of the claim, whose index finds them, and its
// id.
#define TOLLGATE_CLAIMED "next_at = ? AND claimed_by = ?"
// The kinds that this version can fire; others are left to newer versions.
#define TOLLGATE_KNOWN_KINDS "kind IN ('server_expiry', 'token_expiry')"

namespace tollgate::storage::sql {

namespace {

std::string_view name_of(alarm_kind kind) {
    return kind == alarm_kind::server_expiry ? "server_expiry" : "token_expiry";
}

alarm_row read_alarm(query& row) {
    alarm_row out;
    out.team_id = row.text();
    out.subject = row.text();
    out.kind = row.text() == name_of(alarm_kind::server_expiry) ? alarm_kind::server_expiry
                                                                : alarm_kind::token_expiry;
    out.due_at = row.time();
    out.attempts = row.integer();
    return out;
}

// The alarms that a claim takes. The selection is MATERIALIZED, because a plan may run a subquery
// more than once and get a different selection each time.
#define TOLLGATE_CHOSEN                                                                       \
    "WITH due AS MATERIALIZED (SELECT team_id, subject, kind FROM alarms WHERE next_at <= ? " \
    "AND " TOLLGATE_KNOWN_KINDS " ORDER BY next_at LIMIT ?"
#define TOLLGATE_TAKE                                                             \
    ") UPDATE alarms SET next_at = ?, claimed_by = ?, attempts = attempts + 1 "   \
    "WHERE (team_id, subject, kind) IN (SELECT team_id, subject, kind FROM due) " \
    "RETURNING team_id, subject, kind, due_at, attempts"

void lock_servers_of(session& db, const fire_alarms& change) {
    if (db.many_writers())
        db.run(
            "SELECT 1 FROM mcp_servers WHERE (team_id, id) IN "
            "(SELECT team_id, subject FROM alarms WHERE " TOLLGATE_CLAIMED
            ") ORDER BY id FOR NO KEY UPDATE",
            change.until, change.claim);
}

// The plus signs keep the databases from using the index on the times, in which everything overdue
// matches.
void expire_servers(session& db, const fire_alarms& change, fired_alarms& done) {
    query expired{db,
                  "UPDATE mcp_servers SET expired_at = ?, version = version + 1 "
                  "WHERE (team_id, id) IN (SELECT team_id, subject FROM alarms "
                  "WHERE " TOLLGATE_CLAIMED
                  " AND kind = 'server_expiry') "
                  "AND expired_at IS NULL AND revoked_at IS NULL AND +expires_at <= ? "
                  "RETURNING id",
                  change.now,
                  change.until,
                  change.claim,
                  change.now};
    while (expired.next()) done.servers.push_back(expired.text());
    if (done.servers.empty()) return;
    db.run(
        "DELETE FROM mcp_tokens WHERE (team_id, server_id) IN (SELECT s.team_id, s.id FROM alarms "
        "JOIN mcp_servers s ON s.team_id = alarms.team_id AND s.id = subject "
        "WHERE " TOLLGATE_CLAIMED " AND kind = 'server_expiry' AND expired_at IS NOT NULL)",
        change.until, change.claim);
    // Tokens that end later were removed too, so the alarm of their end is removed.
    db.run(
        "DELETE FROM alarms WHERE kind = 'token_expiry' AND (team_id, subject) IN "
        "(SELECT s.team_id, s.id FROM alarms a JOIN mcp_servers s ON s.team_id = a.team_id AND "
        "s.id = a.subject WHERE a.next_at = ? AND a.claimed_by = ? AND a.kind = 'server_expiry' "
        "AND s.expired_at IS NOT NULL)",
        change.until, change.claim);
}

void expire_tokens(session& db, const fire_alarms& change, fired_alarms& done) {
    query ended{db,
                "DELETE FROM mcp_tokens WHERE (team_id, server_id) IN (SELECT team_id, subject "
                "FROM alarms WHERE " TOLLGATE_CLAIMED
                " AND kind = 'token_expiry') AND +expires_at <= ? RETURNING server_id, token_hash",
                change.until, change.claim, change.now};
    while (ended.next()) {
        std::string server_id = ended.text();
        done.tokens.push_back({std::move(server_id), ended.bytes()});
    }
    db.run(
        "UPDATE alarms SET (due_at, next_at, attempts, claimed_by) = (SELECT min(t.expires_at), "
        "min(t.expires_at), 0, NULL FROM mcp_tokens t WHERE t.team_id = alarms.team_id AND "
        "t.server_id = alarms.subject) WHERE " TOLLGATE_CLAIMED
        " AND kind = 'token_expiry' AND EXISTS (SELECT 1 FROM mcp_tokens t WHERE "
        "t.team_id = alarms.team_id AND t.server_id = alarms.subject AND "
        "t.expires_at IS NOT NULL)",
        change.until, change.claim);
}

// Logs the effects for other instances.
void log_fired(session& db, const fire_alarms& change) {
    const auto seq = std::make_shared<std::int64_t>(0);
    if (!change.done->servers.empty())
        append(db,
               {logged_kind::server_expired, change.done->servers, change.origin, change.now, seq});
    if (change.done->tokens.empty()) return;
    std::vector<std::string> tokens;
    for (const auto& token : change.done->tokens)
        tokens.push_back(token.server_id + ":" + base::hex(token.digest));
    append(db, {logged_kind::token_ended, std::move(tokens), change.origin, change.now, seq});
}

}  // namespace

std::optional<timestamp> next_alarm(session& db) {
    query rows{
        db, "SELECT next_at FROM alarms WHERE " TOLLGATE_KNOWN_KINDS " ORDER BY next_at LIMIT 1"};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

void arm_server(session& db, const server_row& row) {
    if (!row.expires_at || row.expired_at) {
        db.run("DELETE FROM alarms WHERE team_id = ? AND subject = ? AND kind = 'server_expiry'",
               row.team_id, row.id);
        return;
    }
    db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "VALUES (?, ?, 'server_expiry', ?, ?) ON CONFLICT (team_id, subject, kind) DO UPDATE SET "
        "due_at = excluded.due_at, next_at = excluded.next_at, attempts = 0, claimed_by = NULL "
        "WHERE alarms.due_at <> excluded.due_at",
        row.team_id, row.id, row.expires_at, row.expires_at);
}

void arm_tokens(session& db, const std::string& team_id, const std::string& server_id) {
    const auto armed = db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "SELECT team_id, server_id, 'token_expiry', min(expires_at), min(expires_at) "
        "FROM mcp_tokens WHERE team_id = ? AND server_id = ? AND expires_at IS NOT NULL "
        "GROUP BY team_id, server_id ON CONFLICT (team_id, subject, kind) DO UPDATE SET "
        "due_at = excluded.due_at, next_at = excluded.next_at, attempts = 0, claimed_by = NULL",
        team_id, server_id);
    if (armed == 0)
        db.run("DELETE FROM alarms WHERE team_id = ? AND subject = ? AND kind = 'token_expiry'",
               team_id, server_id);
}

void disarm_server(session& db, const std::string& team_id, const std::string& server_id) {
    db.run("DELETE FROM alarms WHERE team_id = ? AND subject = ?", team_id, server_id);
}

void disarm_account(session& db, const std::string& team_id, const std::string& account_id) {
    if (db.many_writers())
        db.run(
            "SELECT 1 FROM mcp_servers WHERE team_id = ? AND account_id = ? ORDER BY id "
            "FOR UPDATE",
            team_id, account_id);
    db.run(
        "DELETE FROM alarms WHERE team_id = ? AND subject IN (SELECT id FROM mcp_servers WHERE "
        "team_id = ? AND account_id = ?)",
        team_id, team_id, account_id);
}

void claim(session& db, const claim_alarms& change) {
    change.taken->clear();
    // Skips alarms that another instance is claiming at the same time.
    const std::string_view sql = db.many_writers() ? TOLLGATE_CHOSEN
                                     " FOR UPDATE SKIP LOCKED" TOLLGATE_TAKE
                                                   : TOLLGATE_CHOSEN TOLLGATE_TAKE;
    query rows{db, sql, change.now, change.limit, change.until, change.claim};
    while (rows.next()) change.taken->push_back(read_alarm(rows));
}

void fire(session& db, const fire_alarms& change) {
    *change.done = {};
    lock_servers_of(db, change);
    expire_servers(db, change, *change.done);
    base::crash_point("purge.before_commit");
    expire_tokens(db, change, *change.done);
    db.run("DELETE FROM alarms WHERE " TOLLGATE_CLAIMED, change.until, change.claim);
    if (!change.origin.empty()) log_fired(db, change);
}

void postpone(session& db, const postpone_alarm& change) {
    db.run(
        "UPDATE alarms SET next_at = ?, claimed_by = NULL WHERE team_id = ? AND subject = ? AND "
        "kind = ? AND claimed_by = ?",
        change.next_at, change.alarm.team_id, change.alarm.subject, name_of(change.alarm.kind),
        change.claim);
}

void release(session& db, const release_alarms& change) {
    db.run(
        "UPDATE alarms SET next_at = due_at, claimed_by = NULL "
        "WHERE next_at > ? AND next_at <= ? AND claimed_by IS NOT NULL",
        change.now, change.until);
}

void arm_missing(session& db, const arm_missing_alarms& change) {
    *change.armed = db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "SELECT team_id, id, 'server_expiry', expires_at, expires_at FROM mcp_servers s "
        "WHERE expires_at <= ? AND expired_at IS NULL AND revoked_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM alarms a WHERE a.team_id = s.team_id AND a.subject = s.id AND "
        "a.kind = 'server_expiry') LIMIT 1000 ON CONFLICT DO NOTHING",
        change.now);
    base::crash_point("rearm.before_commit");
    *change.armed += db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "SELECT team_id, server_id, 'token_expiry', min(expires_at), min(expires_at) "
        "FROM (SELECT team_id, server_id, expires_at FROM mcp_tokens WHERE expires_at <= ? "
        "ORDER BY expires_at LIMIT 1000) t WHERE NOT EXISTS (SELECT 1 FROM alarms a WHERE "
        "a.team_id = t.team_id AND a.subject = t.server_id AND a.kind = 'token_expiry') "
        "GROUP BY team_id, server_id ON CONFLICT DO NOTHING",
        change.now);
}

}  // namespace tollgate::storage::sql
