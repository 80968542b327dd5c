// Receipts: written and read. storage/changes/receipts.hpp describes the changes; all functions
// throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> begin(session& db, const begin_receipt& change);
base::result<> retake(session& db, const retake_receipt& change);
void finish(session& db, const finish_receipt& change);
base::result<> settle_by_person(session& db, const settle_receipt& change);
void claim(session& db, const claim_receipts& change);
void release(session& db, const release_receipts& change);

std::optional<receipt_row> find_receipt(session& db, const std::string& team_id,
                                        const std::string& id);
// Without their requests.
std::vector<receipt_row> list_receipts(session& db, const std::string& team_id,
                                       const receipt_search& search, const page& where);
// The earliest resolve_at.
std::optional<timestamp> next_receipt(session& db);
std::int64_t count_unknown_receipts(session& db);

}  // namespace tollgate::storage::sql
