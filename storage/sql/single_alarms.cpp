#include "storage/sql/single_alarms.hpp"

namespace tollgate::storage::sql {

namespace {

#define TOLLGATE_DUE_SINGLE                                                                 \
    "WITH due AS MATERIALIZED (SELECT team_id, subject FROM alarms WHERE next_at <= ? AND " \
    "kind = ? ORDER BY next_at LIMIT 1"
#define TOLLGATE_TAKE_SINGLE                                                                 \
    ") UPDATE alarms SET next_at = ?, claimed_by = ?, attempts = attempts + 1 WHERE kind = " \
    "? AND (team_id, subject) IN (SELECT team_id, subject FROM due) RETURNING team_id, subject"

}  // namespace

std::optional<alarm_subject> claim_single(session& db, std::string_view kind,
                                          const std::string& claim, base::timestamp now,
                                          base::timestamp until) {
    const std::string_view sql = db.many_writers() ? TOLLGATE_DUE_SINGLE
                                     " FOR UPDATE SKIP LOCKED" TOLLGATE_TAKE_SINGLE
                                                   : TOLLGATE_DUE_SINGLE TOLLGATE_TAKE_SINGLE;
    query rows{db, sql, now, kind, until, claim, kind};
    if (!rows.next()) return {};
    alarm_subject out;
    out.team_id = rows.text();
    out.subject = rows.text();
    return out;
}

void rearm_single(session& db, std::string_view kind, const alarm_subject& which,
                  const std::string& claim, base::timestamp due_at) {
    db.run(
        "UPDATE alarms SET due_at = ?, next_at = ?, attempts = 0, claimed_by = NULL WHERE "
        "team_id = ? AND subject = ? AND kind = ? AND claimed_by = ?",
        due_at, due_at, which.team_id, which.subject, kind, claim);
}

void arm_single(session& db, std::string_view kind, const alarm_subject& which,
                base::timestamp due_at) {
    db.run(
        "INSERT INTO alarms (team_id, subject, kind, due_at, next_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (team_id, subject, kind) DO UPDATE SET "
        "due_at = excluded.due_at, next_at = excluded.next_at, attempts = 0, claimed_by = NULL",
        which.team_id, which.subject, kind, due_at, due_at);
}

std::optional<base::timestamp> next_single(session& db, std::string_view kind) {
    query rows{db, "SELECT next_at FROM alarms WHERE kind = ? ORDER BY next_at LIMIT 1", kind};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

}  // namespace tollgate::storage::sql
