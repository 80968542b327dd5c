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
base::result<> write(session& db, const put_setting& change);
base::result<> write(session& db, const add_setting& change);
base::result<> write(session& db, const add_replay& change);
base::result<> write(session& db, const purge_expired& change);

// teams.cpp
base::result<> write(session& db, const add_team& change);
base::result<> write(session& db, const freeze_team& change);
base::result<> write(session& db, const patch_team& change);
base::result<> write(session& db, const add_api_key& change);
base::result<> write(session& db, const remove_api_key& change);
base::result<> write(session& db, const note_key_uses& change);

// accounts.cpp
base::result<> write(session& db, const add_account& change);
base::result<> write(session& db, const replace_account& change);
base::result<> write(session& db, const reject_credential& change);
base::result<> write(session& db, const remove_account& change);

// servers.cpp
base::result<> write(session& db, const add_server& change);
base::result<> write(session& db, const replace_server& change);
base::result<> write(session& db, const revoke_server& change);
base::result<> write(session& db, const add_usage& change);

// tokens.cpp
base::result<> write(session& db, const add_token& change);
base::result<> write(session& db, const cap_tokens& change);
base::result<> write(session& db, const drop_tokens& change);
base::result<> write(session& db, const drop_token& change);

}  // namespace tollgate::storage::sql
