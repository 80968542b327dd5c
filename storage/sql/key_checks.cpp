#include "storage/sql/key_checks.hpp"

#include <string_view>

#include "storage/sql/single_alarms.hpp"

namespace tollgate::storage::sql {

namespace {

constexpr std::string_view key_check_alarm = "key_check";

alarm_subject subject_of(const account_to_check& account) {
    return {account.team_id, account.account_id};
}

}  // namespace

void claim(session& db, const claim_key_check& change) {
    change.account->reset();
    const auto taken = claim_single(db, key_check_alarm, change.claim, change.now, change.until);
    if (taken) *change.account = account_to_check{taken->team_id, taken->subject};
}

void finish(session& db, const finish_key_check& change) {
    rearm_single(db, key_check_alarm, subject_of(change.account), change.claim, change.due_at);
}

void note(session& db, const note_key_check& change) {
    db.run(
        "UPDATE integrated_accounts SET key_checked_at = ?, key_check = ? WHERE team_id = ? AND "
        "id = ? AND version = ?",
        change.at, change.result, change.account.team_id, change.account.account_id,
        change.version);
}

void arm_key_check(session& db, const account_to_check& account, base::timestamp due_at) {
    arm_single(db, key_check_alarm, subject_of(account), due_at);
}

void disarm_key_check(session& db, const account_to_check& account) {
    db.run("DELETE FROM alarms WHERE team_id = ? AND subject = ? AND kind = ?", account.team_id,
           account.account_id, key_check_alarm);
}

std::optional<base::timestamp> next_key_check(session& db) {
    return next_single(db, key_check_alarm);
}

}  // namespace tollgate::storage::sql
