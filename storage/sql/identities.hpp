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

base::result<> write(session& db, const add_identity& what);
// Of a person who is removed: nobody is added with their identities, until somebody invites a
// person with their address.
void refuse_identities(session& db, const person_row& removed);
void allow_identities(session& db, const person_row& invited);
base::result<> write(session& db, const add_sign_in_link& what);
base::result<> write(session& db, const use_sign_in_link& what);
// Ends the sign-in link of a person, if there is one. Before the row of the person is changed in
// the same transaction, as the use of a link does: locks are taken in one order.
void end_sign_in_links(session& db, const std::string& team_id, const std::string& person_id);

// The reads of record_store.
std::optional<person_row> find_person_of_identity(session& db, const std::string& team_id,
                                                  const std::string& issuer,
                                                  const std::string& subject);
std::optional<linked_person> find_sign_in_link(session& db,
                                               const std::vector<token_hash>& candidates);

}  // namespace tollgate::storage::sql
