// Changes of plain rows, each written to the open transaction: storage/changes describes their
// effects and failures. Throws sql_error on faults.
#pragma once
#include "base/result.hpp"
#include "storage/changes/accounts.hpp"
#include "storage/changes/change.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// settings.cpp
base::result<> write(session& db, const put_setting& what);
base::result<> write(session& db, const add_setting& what);
base::result<> write(session& db, const add_replay& what);
base::result<> write(session& db, const purge_expired& what);

// teams.cpp
base::result<> write(session& db, const add_team& what);
base::result<> write(session& db, const freeze_team& what);
base::result<> write(session& db, const patch_team& what);
base::result<> write(session& db, const add_api_key& what);
base::result<> write(session& db, const remove_api_key& what);
base::result<> write(session& db, const note_key_uses& what);

// accounts.cpp
base::result<> write(session& db, const add_account& what);
base::result<> write(session& db, const replace_account& what);
base::result<> write(session& db, const reject_credential& what);
base::result<> write(session& db, const remove_account& what);

// servers.cpp
base::result<> write(session& db, const add_server& what);
base::result<> write(session& db, const replace_server& what);
base::result<> write(session& db, const revoke_server& what);
base::result<> write(session& db, const add_usage& what);

// tokens.cpp
base::result<> write(session& db, const add_token& what);
base::result<> write(session& db, const cap_tokens& what);
base::result<> write(session& db, const drop_tokens& what);
base::result<> write(session& db, const drop_token& what);

}  // namespace tollgate::storage::sql
