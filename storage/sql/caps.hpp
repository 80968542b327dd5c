// Caps in the database: reserved before a write is sent, settled by its outcome. Throws sql_error
// on faults.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/cap_rows.hpp"
#include "storage/rows.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// Reserves every claim for the receipt. What it has reserved before (of an earlier attempt without
// a known outcome) stays as it is. Fails with conflict "cap_reached" (field: the cap) if a cap has
// no room for its claim: the transaction must be given up then. `claims` are sorted by cap, so that
// transactions wait for each other in one order.
base::result<> reserve(session& db, const std::string& receipt_id,
                       const std::vector<cap_claim>& claims);

// Ends what the receipt has reserved: a success counts what was reserved, in the currency of its
// outcome if the cap has it, and in all of the cap's otherwise; a failure counts nothing; an
// unknown outcome changes nothing.
void settle(session& db, const std::string& receipt_id, const receipt_outcome& outcome);

// Removes what was counted more than 62 days before `now`, for no cap looks back so far; at most
// 1,000 rows. What is still reserved stays.
void purge_caps(session& db, timestamp now);

// By currency, what counts from slice `from` on.
std::vector<cap_state> find_cap(session& db, const std::string& cap, std::int64_t from);

}  // namespace tollgate::storage::sql
