// Removes records that a team no longer keeps. storage/changes/retention.hpp describes the changes;
// all functions throw sql_error on faults.
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/changes/retention.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

void arm(session& db, const arm_retention& change);
void claim(session& db, const claim_retention& change);
void rearm(session& db, const rearm_retention& change);
base::result<> remove(session& db, const remove_audit& change);
void remove(session& db, const remove_receipts& change);

// Makes the team's alarm due at `now`, even if an instance has claimed it.
void arm_retention_of(session& db, const std::string& team_id, base::timestamp now);

// The read of record_store.
std::optional<base::timestamp> next_retention(session& db);

}  // namespace tollgate::storage::sql
