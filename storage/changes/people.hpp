// Changes of people and their sessions; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/changes/tokens.hpp"
#include "storage/people_rows.hpp"

namespace tollgate::storage {

// A bucket of sign-in attempts: one is added every `every_ms`, up to `most`.
struct attempt_bucket {
    std::int64_t place = 0;
    std::int64_t every_ms = 0;
    std::int64_t most = 0;
};

// Takes one attempt from each of `buckets`, which are sorted by place, or from none. `wait_ms`,
// which is never null, becomes the time to wait first, or 0 if they were taken.
struct take_attempts {
    std::vector<attempt_bucket> buckets;
    timestamp now;
    std::shared_ptr<std::int64_t> wait_ms;
};

// Returns what take_attempts took.
struct return_attempts {
    std::vector<attempt_bucket> buckets;
};

// Fails with conflict "email_taken", and with errc::limit_exceeded "limit_reached" if the team has
// `limit` people.
struct add_person {
    person_row row;
    std::int64_t limit = 0;
};

// Links a person to an identity at an identity provider. Fails with conflict "identity_taken" if
// someone in the team already has that identity, and with forbidden "person_removed" if the team
// removed the person who had it (refused_identities).
struct add_identity {
    std::string team_id;
    std::string person_id;
    std::string issuer;
    std::string subject;
};

// Adds a link that signs the person in once, until `expires_at`; it replaces an earlier link.
struct add_sign_in_link {
    std::string team_id;
    std::string person_id;
    token_hash link;
    timestamp expires_at{};
    timestamp at{};
};

// Uses up a link. Fails with conflict "link_used" if the link is no longer valid at `at`.
struct use_sign_in_link {
    std::string team_id;
    token_hash link;
    timestamp at{};
};

// Changes the members that are present. With `ends_allowed`, the authorizations that the person
// gave to OAuth clients end, as with remove_api_key. Fails with not_found.
struct patch_person {
    std::string team_id;
    std::string id;
    std::optional<std::string> name{};
    std::optional<std::string> role{};
    std::optional<std::string> group_names{};
    timestamp at{};
    bool ends_allowed = false;
    std::shared_ptr<std::vector<ended_token>> ended{};
    std::string origin{};
};

// Removes a person with all sessions; the name is kept. The authorizations that the person gave to
// OAuth clients end, as with remove_api_key. Fails with not_found.
struct remove_person {
    std::string team_id;
    std::string id;
    timestamp at{};
    std::shared_ptr<std::vector<ended_token>> ended{};
    std::string origin{};
};

// Replaces the open invitation of a person. Fails with not_found.
struct invite_person {
    std::string team_id;
    std::string id;
    token_hash invitation;
    timestamp expires_at{};
    timestamp at{};
};

// Uses up an invitation: sets the password and ends all sessions. Fails with not_found
// "invalid_invitation" if the invitation is not open at `at`.
struct accept_invitation {
    std::string team_id;
    std::string id;
    token_hash invitation;
    std::string password;
    timestamp at{};
};

// Replaces the password and ends all sessions except `keep`. Fails with conflict "password_changed"
// if the stored password is no longer `old`.
struct put_password {
    std::string team_id;
    std::string id;
    std::string old;
    std::string password;
    bool end_sessions = true;
    std::string keep{};  // ses_…
    timestamp at{};
};

// Stores a secret for one-time codes that is not yet confirmed. Fails with conflict "totp_on" if
// there is a confirmed one.
struct put_totp {
    std::string team_id;
    std::string id;
    sealed_blob secret;
    timestamp at{};
};

// Confirms that secret, uses up the time step, and adds the recovery codes. Fails with conflict
// "totp_changed" if another secret was stored or this one is already confirmed.
struct confirm_totp {
    std::string team_id;
    std::string id;
    sealed_blob secret;
    std::int64_t step = 0;
    std::vector<token_hash> recovery_codes;
    timestamp at{};
};

// Removes the secret and the recovery codes. Fails with not_found if there is no person or no
// secret.
struct remove_totp {
    std::string team_id;
    std::string id;
    timestamp at{};
};

// Uses up a time step. Fails with conflict "code_used" unless it is later than the last one.
struct use_totp {
    std::string team_id;
    std::string id;
    std::int64_t step = 0;
};

// Uses up the recovery code with one of these hashes. Fails with conflict "code_used" if there is
// no such code.
struct use_recovery_code {
    std::string team_id;
    std::string id;
    std::vector<token_hash> candidates;
};

// Adds a session, and ends the person's least recently used sessions beyond `limit`. Fails with
// conflict "password_changed" if the stored password is no longer `password`.
struct add_session {
    session_row row;
    std::string password;
    std::int64_t limit = 0;
};

// Records that a session was used.
struct touch_session {
    std::string team_id;
    std::string id;
    timestamp at{};
};

// Ends one session of a person, or all if `id` is empty. Fails with not_found if `id` names none.
struct end_sessions {
    std::string team_id;
    std::string person_id;
    std::string id{};
};

// Removes at most 1,000 sessions that had ended at `now` or were last used before `unused_since`,
// and expired invitations.
struct purge_sessions {
    timestamp now{};
    timestamp unused_since{};
};

}  // namespace tollgate::storage
