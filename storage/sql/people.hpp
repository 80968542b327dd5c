// People and their sessions: written and read. storage/changes/people.hpp describes the changes;
// all functions throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/people.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// people.cpp
base::result<> write(session& db, const add_person& change);
base::result<> write(session& db, const patch_person& change);
base::result<> write(session& db, const remove_person& change);
base::result<> write(session& db, const invite_person& change);
base::result<> write(session& db, const accept_invitation& change);
base::result<> write(session& db, const put_password& change);
std::optional<person_row> find_person(session& db, const std::string& team_id,
                                      const std::string& id);
std::vector<person_row> list_people(session& db, const std::string& team_id, const page& where);
std::vector<person_row> find_people_by_email(session& db, const std::string& email,
                                             const std::string& team_id);
std::optional<person_row> find_invited_person(session& db,
                                              const std::vector<token_hash>& candidates);

// The columns of a person, with the alias p, and how a row with them is read.
#define TOLLGATE_PERSON_COLUMNS                                                           \
    "p.id, p.team_id, p.name, p.email, p.role, p.group_names, p.password, "               \
    "p.invitation_pepper_id, p.invitation_hash, p.invitation_expires_at, p.totp_key_id, " \
    "p.totp_wrapped_key, p.totp_secret, p.totp_confirmed, p.totp_step, p.created_by, "    \
    "p.created_at, p.updated_at, p.signed_in_at"
person_row read_person(query& row);

// sessions.cpp
base::result<> write(session& db, const put_totp& change);
base::result<> write(session& db, const confirm_totp& change);
base::result<> write(session& db, const remove_totp& change);
base::result<> write(session& db, const use_totp& change);
base::result<> write(session& db, const use_recovery_code& change);
base::result<> write(session& db, const add_session& change);
base::result<> write(session& db, const touch_session& change);
base::result<> write(session& db, const end_sessions& change);
base::result<> write(session& db, const purge_sessions& change);
std::optional<signed_in_row> find_session(session& db, const std::vector<token_hash>& candidates);
std::vector<session_row> list_sessions(session& db, const std::string& team_id,
                                       const std::string& person_id, const page& where);

}  // namespace tollgate::storage::sql
