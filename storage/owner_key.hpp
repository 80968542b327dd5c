// The way back in for whoever lost every API key. For a command: it blocks.
#pragma once
#include <span>
#include <string>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage {

// Adds `row` as a key of the first team, whatever limit there is, also while gateways run on the
// database; returns that team's id, which it also writes into the row. `pepper_setting` is the
// setting that says with which pepper tokens are made; it must be one of `peppers`, or the key
// would work nowhere. Fails as look_at() does, with errc::conflict "schema_old", errc::not_found
// "no_team" on a database that no gateway has started on, and errc::corrupt "wrong_peppers".
base::result<std::string> add_owner_key(const database_place& place, const api_key_row& row,
                                        const std::string& pepper_setting,
                                        std::span<const std::string> peppers);

}  // namespace tollgate::storage
