// Recovers access when every API key is lost. For a command: it blocks.
#pragma once
#include <span>
#include <string>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage {

// Adds `row` as a key of the first team, ignoring limits, even while gateways run on the database.
// Returns that team's id, and also writes it into the row. `pepper_setting` names the setting that
// holds the id of the pepper for new tokens; that pepper must be one of `peppers`, because
// otherwise no gateway would accept the key. Fails as look_at() does, with errc::conflict
// "schema_old", errc::not_found "no_team" on a database on which no gateway has started, and
// errc::corrupt "wrong_peppers".
base::result<std::string> add_owner_key(const database_place& place, const api_key_row& row,
                                        const std::string& pepper_setting,
                                        std::span<const std::string> peppers);

}  // namespace tollgate::storage
