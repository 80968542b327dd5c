// Changes of policies; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "storage/policy_change_rows.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// Whether a second person has confirmed a change.
enum class confirmation : std::uint8_t { none, given };

// Sets the rules of a team or an account, and keeps the version. `row.version` must be one more
// than the stored version (1 for the first), otherwise this fails with conflict "version_changed".
// Also fails with not_found if the account does not exist, and with conflict "second_person_needed"
// if the team requires a confirmation and there is none.
struct put_policy {
    policy_row row;
    confirmation confirmed = confirmation::none;
};

// Adds a pending change. Fails with errc::limit_exceeded "limit_reached" if the team has `limit`
// pending changes, with not_found if the account does not exist, and with forbidden
// "key_chain_too_long" if more than 16 API keys made one another before the requesting key.
struct add_policy_change {
    policy_change_row row;
    std::int64_t limit = 0;
};

// Confirms a pending change, which puts it in force, or refuses it. `after`, which may be null,
// becomes the change as it is after this. Fails with not_found; with conflict "policy_change_ended"
// if it is no longer pending; with forbidden "asked_yourself" if `by` confirms a change that `by`
// requested, also through an API key that one of them made, or "key_chain_too_long" as
// add_policy_change; and as put_policy does.
struct decide_policy_change {
    std::string team_id;
    std::string id;
    std::string by;  // key_… or per_…
    bool confirmed = false;
    std::string reason;
    timestamp at;
    std::shared_ptr<policy_change_row> after{};
};

}  // namespace tollgate::storage
