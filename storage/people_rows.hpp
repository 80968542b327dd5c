// The stored records of people: one struct per table.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// A member of a team who can sign in.
struct person_row {
    std::string id;  // per_…
    std::string team_id;
    std::string name;
    std::string email;                       // in lower case, unique in its team
    std::string role;                        // viewer, operator, approver, admin
    std::string group_names{};               // comma-separated
    std::string password{};                  // Argon2id; empty until an invitation is accepted
    std::optional<token_hash> invitation{};  // of the link that sets a password, if one is open
    std::optional<timestamp> invitation_expires_at{};
    sealed_blob totp{};           // the secret of one-time codes; empty: none
    bool totp_confirmed = false;  // sign-in requires a code
    std::int64_t totp_step = 0;   // the last time step whose code was used
    std::string created_by;       // key_… or per_…
    timestamp created_at;
    timestamp updated_at;
    std::optional<timestamp> signed_in_at{};
};

// A sign-in of a person in one browser.
struct session_row {
    std::string id;  // ses_…
    std::string team_id;
    std::string person_id;
    token_hash token;
    std::string remote;    // address of the client that signed in
    std::string client{};  // the client's name for itself
    timestamp created_at;
    timestamp used_at;
    timestamp expires_at;
};

// The person of a sign-in link.
struct linked_person {
    token_hash link;
    timestamp expires_at;
    person_row person;
};

// A session with its person.
struct signed_in_row {
    session_row session;
    person_row person;
};

}  // namespace tollgate::storage
