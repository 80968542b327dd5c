// Declarations in the database. Throws sql_error on faults.
#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "storage/changes/declarations.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const put_declarations& change);
// Removes the declarations together with their account.
void drop_declarations(session& db, const std::string& team_id, const std::string& account_id);

std::optional<declarations_row> find_declarations(session& db, const std::string& team_id,
                                                  const std::string& account_id);

}  // namespace tollgate::storage::sql
