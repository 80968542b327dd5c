#include "storage/sql/key_checks.hpp"

#include <string_view>

namespace tollgate::storage::sql {

namespace {

#define TOLLGATE_CHECK_DUE                                                                  \
    "WITH due AS MATERIALIZED (SELECT id FROM integrated_accounts WHERE key_check_at <= ? " \
    "ORDER BY key_check_at LIMIT 1"
#define TOLLGATE_TAKE_CHECK                                                            \
    ") UPDATE integrated_accounts SET key_check_at = ?, key_check_claim = ? WHERE id " \
    "IN (SELECT id FROM due) RETURNING team_id, id"

}  // namespace

void arm(session& db, const arm_key_checks& change) {
    db.run(
        "UPDATE integrated_accounts SET key_check_at = ? WHERE key_check_at IS NULL AND "
        "service_url = ''",
        change.due_at);
}

void arm_key_check(session& db, const account_to_check& account, base::timestamp due_at) {
    db.run(
        "UPDATE integrated_accounts SET key_check_at = ?, key_check_claim = NULL WHERE team_id = ? "
        "AND id = ?",
        due_at, account.team_id, account.account_id);
}

void claim(session& db, const claim_key_check& change) {
    change.account->reset();
    // Skips accounts that another instance is claiming at the same time.
    const std::string_view sql = db.many_writers() ? TOLLGATE_CHECK_DUE
                                     " FOR UPDATE SKIP LOCKED" TOLLGATE_TAKE_CHECK
                                                   : TOLLGATE_CHECK_DUE TOLLGATE_TAKE_CHECK;
    query rows{db, sql, change.now, change.until, change.claim};
    if (!rows.next()) return;
    account_to_check taken;
    taken.team_id = rows.text();
    taken.account_id = rows.text();
    *change.account = std::move(taken);
}

void finish(session& db, const finish_key_check& change) {
    db.run(
        "UPDATE integrated_accounts SET key_check_at = ?, key_check_claim = NULL WHERE team_id = ? "
        "AND id = ? AND key_check_claim = ?",
        change.due_at, change.account.team_id, change.account.account_id, change.claim);
}

void note(session& db, const note_key_check& change) {
    db.run(
        "UPDATE integrated_accounts SET key_checked_at = ?, key_check = ? WHERE team_id = ? AND "
        "id = ? AND version = ?",
        change.at, change.result, change.account.team_id, change.account.account_id,
        change.version);
}

std::optional<base::timestamp> next_key_check(session& db) {
    query rows{db,
               "SELECT key_check_at FROM integrated_accounts WHERE key_check_at IS NOT NULL ORDER "
               "BY key_check_at LIMIT 1"};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

}  // namespace tollgate::storage::sql
