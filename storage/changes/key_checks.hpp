// Changes of the checks of accounts' keys; see change.hpp. When an account is to be checked next is
// stored with it.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::storage {

struct account_to_check {
    std::string team_id;
    std::string account_id;
};

// Makes the check of every account at Stripe for which none is planned due at `due_at`.
struct arm_key_checks {
    base::timestamp due_at;
};

// Claims the check that has been due for the longest at `now`; no other instance gets it before
// `until`. `account` becomes its account, or empty if none is due; read it only after the commit
// has succeeded. `claim` is new each time.
struct claim_key_check {
    std::string claim;
    base::timestamp now;
    base::timestamp until;
    std::shared_ptr<std::optional<account_to_check>> account;
};

// Ends a claim; the next check is due at `due_at`. Has no effect if another instance has claimed
// it, if the account has a new credential, or if it was removed.
struct finish_key_check {
    std::string claim;
    account_to_check account;
    base::timestamp due_at;
};

// Stores what a check found of the account at `version`. Has no effect if the account was changed
// or removed in the meantime. The version stays.
struct note_key_check {
    account_to_check account;
    std::int64_t version = 0;
    base::timestamp at;
    std::string result;  // JSON
};

}  // namespace tollgate::storage
