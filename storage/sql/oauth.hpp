// OAuth clients and authorizations: writes to an open transaction, and reads. Throws sql_error on
// faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/changes/authorizations.hpp"
#include "storage/changes/teams.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// The changes of changes/authorizations.hpp.
base::result<> use_client(session& db, const use_oauth_client& change);
base::result<> add(session& db, const add_authorization& change);
base::result<> rotate(session& db, const rotate_refresh& change);
base::result<> revoke(session& db, const revoke_authorization& change);
// Ends the authorizations that a key allowed. Call this after the key's row was removed: a
// concurrent transaction that adds one has then either committed, or will not find the key.
void end_allowed_by(session& db, const remove_api_key& change);
// Removes clients and authorizations that had expired at `now`, at most 1,000 of each.
void purge_oauth(session& db, timestamp now);

std::optional<oauth_client_row> find_client(session& db, const std::string& team_id,
                                            const std::string& server_id, const std::string& id);
std::optional<authorization_row> find_authorization(session& db, const std::string& id);
std::vector<authorization_row> list_authorizations(session& db, const std::string& team_id,
                                                   const std::string& server_id, const page& where);

}  // namespace tollgate::storage::sql
