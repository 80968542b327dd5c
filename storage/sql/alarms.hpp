// The due list: its rows and their changes, on an open transaction. Throws sql_error on faults.
#pragma once
#include <optional>
#include <string>

#include "storage/changes/alarms.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// When the next alarm is due; nothing if there is none.
std::optional<timestamp> next_alarm(session& db);

// Call this after the server's row was written: sets its alarm to `row.expires_at`, or removes it.
void arm_server(session& db, const server_row& row);

// Call this after tokens of the server were written or removed: sets the alarm to the earliest end
// among them, or removes it.
void arm_tokens(session& db, const std::string& team_id, const std::string& server_id);

// Removes the alarms of a server, of every kind.
void disarm_server(session& db, const std::string& team_id, const std::string& server_id);

// Removes the alarms of an account's servers. Locks the servers.
void disarm_account(session& db, const std::string& team_id, const std::string& account_id);

// See changes/alarms.hpp.
void claim(session& db, const claim_alarms& change);
void fire(session& db, const fire_alarms& change);
void postpone(session& db, const postpone_alarm& change);
void release(session& db, const release_alarms& change);
void arm_missing(session& db, const arm_missing_alarms& change);

}  // namespace tollgate::storage::sql
