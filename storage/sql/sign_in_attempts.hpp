// Failed sign-ins, counted for all instances; storage/changes/people.hpp describes the changes.
// Throws sql_error on faults.
#pragma once
#include "base/result.hpp"
#include "storage/changes/people.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const take_attempts& change);
base::result<> write(session& db, const return_attempts& change);
// Removes the rows of buckets that are full at `now`; at most 1,000.
void purge_sign_in_attempts(session& db, timestamp now);

}  // namespace tollgate::storage::sql
