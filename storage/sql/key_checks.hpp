// The checks of accounts' keys, on an open transaction. storage/changes/key_checks.hpp describes
// the changes; all functions throw sql_error on faults.
#pragma once
#include <optional>

#include "storage/changes/key_checks.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

void arm(session& db, const arm_key_checks& change);
void claim(session& db, const claim_key_check& change);
void finish(session& db, const finish_key_check& change);
void note(session& db, const note_key_check& change);

// Makes the next check of the account due at `due_at`.
void arm_key_check(session& db, const account_to_check& account, base::timestamp due_at);

// The read of record_store.
std::optional<base::timestamp> next_key_check(session& db);

}  // namespace tollgate::storage::sql
