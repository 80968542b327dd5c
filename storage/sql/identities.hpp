// Ways to sign in besides a password: identities at a provider, and links that work once. All
// functions throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/changes/people.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const add_identity& change);
// Called when a person is removed: no one with their identities can be added until a person invites
// a person with their address.
void refuse_identities(session& db, const person_row& removed);
void allow_identities(session& db, const person_row& invited);
base::result<> write(session& db, const add_sign_in_link& change);
base::result<> write(session& db, const use_sign_in_link& change);
// Ends the sign-in link of a person, if there is one. Call it before changing the person's row in
// the same transaction, because the use of a link locks in that order.
void end_sign_in_links(session& db, const std::string& team_id, const std::string& person_id);

// The reads of record_store.
std::optional<person_row> find_person_of_identity(session& db, const std::string& team_id,
                                                  const std::string& issuer,
                                                  const std::string& subject);
std::optional<linked_person> find_sign_in_link(session& db,
                                               const std::vector<token_hash>& candidates);

}  // namespace tollgate::storage::sql
