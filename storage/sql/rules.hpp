// Shared by several changes: how they refuse, and the rows they lock first. Each is called on an
// open transaction and throws sql_error on faults.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// errc::limit_exceeded "limit_reached"; `of_what` as in "API keys of a team".
base::result<> limit_reached(std::int64_t limit, std::string_view of_what);
// errc::not_found "not_found"; `what` as in "API key".
base::result<> not_found(std::string_view what);
// errc::conflict "version_changed".
base::result<> version_changed();

// The number in the first row of `rows`, a SELECT count(*); 0 without a row.
std::int64_t count_of(query& rows);

// Locks. With many writers, a transaction that counts the rows of a team or an account waits here
// for the others. Always lock team before account before server, to avoid deadlocks.
void lock_team(session& db, const std::string& id);
// False if the account does not exist.
bool lock_account(session& db, const std::string& team_id, const std::string& id);

}  // namespace tollgate::storage::sql
