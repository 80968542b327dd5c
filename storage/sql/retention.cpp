#include "storage/sql/retention.hpp"

#include <string_view>

#include "base/crash_point.hpp"
#include "storage/sql/rules.hpp"

namespace tollgate::storage::sql {

namespace {

#define TOLLGATE_DUE_RETENTION                                                     \
    "WITH due AS MATERIALIZED (SELECT team_id FROM alarms WHERE next_at <= ? AND " \
    "kind = 'retention' ORDER BY next_at LIMIT 1"
#define TOLLGATE_TAKE_RETENTION                                                 \
    ") UPDATE alarms SET next_at = ?, claimed_by = ?, attempts = attempts + 1 " \
    "WHERE kind = 'retention' AND team_id IN (SELECT team_id FROM due) RETURNING team_id"

base::result<> log_changed() {
    return base::fail(base::errc::conflict, "audit_log_changed",
                      "the audit log has other kept entries by now: read it again");
}

}  // namespace

void arm(session& db, const arm_retention&) {
    db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "SELECT id, id, 'retention', created_at, created_at FROM teams t WHERE NOT EXISTS "
        "(SELECT 1 FROM alarms a WHERE a.team_id = t.id AND a.subject = t.id AND "
        "a.kind = 'retention') ON CONFLICT DO NOTHING");
}

void arm_retention_of(session& db, const std::string& team_id, base::timestamp now) {
    db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "VALUES (?, ?, 'retention', ?, ?) ON CONFLICT (team_id, subject, kind) DO UPDATE SET "
        "due_at = excluded.due_at, next_at = excluded.next_at, attempts = 0, claimed_by = NULL",
        team_id, team_id, now, now);
}

void claim(session& db, const claim_retention& change) {
    change.team_id->reset();
    // Skips alarms that another instance is claiming at the same time.
    const std::string_view sql = db.many_writers() ? TOLLGATE_DUE_RETENTION
                                     " FOR UPDATE SKIP LOCKED" TOLLGATE_TAKE_RETENTION
                                                   : TOLLGATE_DUE_RETENTION TOLLGATE_TAKE_RETENTION;
    query rows{db, sql, change.now, change.until, change.claim};
    if (rows.next()) *change.team_id = rows.text();
}

void rearm(session& db, const rearm_retention& change) {
    db.run(
        "UPDATE alarms SET due_at = ?, next_at = ?, attempts = 0, claimed_by = NULL WHERE "
        "team_id = ? AND subject = ? AND kind = 'retention' AND claimed_by = ?",
        change.due_at, change.due_at, change.team_id, change.team_id, change.claim);
}

// Locks the team first: an acknowledged legal hold is seen here, and a later one waits.
base::result<> remove(session& db, const remove_audit& change) {
    lock_team(db, change.team_id);
    query allowed{db,
                  "SELECT 1 FROM teams WHERE id = ? AND audit_retention_days = ? AND "
                  "audit_legal_hold = 0",
                  change.team_id, change.days};
    if (!allowed.next())
        return base::fail(base::errc::conflict, "retention_changed",
                          "the team's retention was changed meanwhile");
    const auto moved = db.run(
        "UPDATE audit_logs SET kept_from = ?, retention = ? WHERE team_id = ? AND kept_from = ? "
        "AND checkpoint_size > ?",
        change.to, change.statement, change.team_id, change.from, change.to);
    if (moved != 1) return log_changed();
    const auto removed =
        db.run("DELETE FROM audit_records WHERE team_id = ? AND position >= ? AND position < ?",
               change.team_id, change.from, change.to);
    if (removed != change.to - change.from) return log_changed();
    base::crash_point("retention.before_commit");
    return {};
}

void remove(session& db, const remove_receipts& change) {
    lock_team(db, change.team_id);
    // The conditions on a receipt are checked twice, because a failed write may be begun again
    // after the inner query has read it. The outer conditions see the row as it is when it is
    // deleted.
    *change.removed = db.run(
        "DELETE FROM receipts WHERE id IN (SELECT r.id FROM receipts r JOIN teams t ON t.id = "
        "r.team_id WHERE r.team_id = ? AND r.created_at < ? AND COALESCE(r.finished_at, "
        "r.created_at) < ? AND t.receipt_retention_days = ? AND t.audit_legal_hold = 0 AND "
        "r.resolve_at IS NULL AND r.state IN ('succeeded', 'failed') ORDER BY r.created_at LIMIT "
        "1000) AND resolve_at IS NULL AND state IN ('succeeded', 'failed') AND "
        "COALESCE(finished_at, created_at) < ?",
        change.team_id, change.before, change.before, change.days, change.before);
}

std::optional<base::timestamp> next_retention(session& db) {
    query rows{db, "SELECT next_at FROM alarms WHERE kind = 'retention' ORDER BY next_at LIMIT 1"};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

}  // namespace tollgate::storage::sql
