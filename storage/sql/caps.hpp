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

// Reserves every claim for the receipt. What an earlier attempt without a known outcome has
// reserved stays as it is. Fails with conflict "cap_reached" (field: the cap) if a cap has no room
// for its claim; the transaction must then be rolled back. `claims` are sorted by cap, so that
// concurrent transactions lock caps in one order.
base::result<> reserve(session& db, const std::string& receipt_id,
                       const std::vector<cap_claim>& claims);

// Ends the receipt's reservations. A success counts what was reserved: in the currency of its
// outcome if the cap has that currency, otherwise in all currencies of the cap. A failure counts
// nothing; an unknown outcome changes nothing.
void settle(session& db, const std::string& receipt_id, const receipt_outcome& outcome);

// Removes counts older than 62 days at `now`, because no cap looks back that far; at most 1,000
// rows. Counts with a reservation are kept.
void purge_caps(session& db, timestamp now);

// By currency, what counts from slice `from` on.
std::vector<cap_state> find_cap(session& db, const std::string& cap, std::int64_t from);

}  // namespace tollgate::storage::sql
