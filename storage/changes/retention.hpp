// Changes that remove records a team no longer keeps; see change.hpp. Each team has an alarm for
// this, in the due list of storage/changes/alarms.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::storage {

// Sets the alarm of every team that has none; it is due at once.
struct arm_retention {};

// Claims the alarm that has been due for the longest at `now`; no other instance gets it before
// `until`. `team_id` becomes its team, or empty if no alarm is due; read it only after the commit
// has succeeded. `claim` is new each time.
struct claim_retention {
    std::string claim;
    base::timestamp now;
    base::timestamp until;
    std::shared_ptr<std::optional<std::string>> team_id;
};

// Ends a claim, and makes the alarm due at `due_at`. Has no effect if another instance has claimed
// it, or if the team's settings were changed in the meantime.
struct rearm_retention {
    std::string claim;
    std::string team_id;
    base::timestamp due_at;
};

// Removes the entries [from, to) of a team's log, and stores `statement`, which says where the kept
// entries begin. Hashes are kept. Fails with conflict "retention_changed" if the team is on legal
// hold or its audit retention is no longer `days`; and with conflict "audit_log_changed" if the
// kept entries do not begin at `from`, the newest checkpoint does not cover more than `to` entries,
// or an entry between the two is missing.
struct remove_audit {
    std::string team_id;
    std::int64_t days = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string statement;
};

// Removes at most 1,000 of the team's receipts whose outcome is known and dates from before
// `before`. Removes none if the team is on legal hold or its receipt retention is no longer `days`.
// Their number is put into `removed`, as for claim_retention.
struct remove_receipts {
    std::string team_id;
    std::int64_t days = 0;
    base::timestamp before;
    std::shared_ptr<std::int64_t> removed;
};

}  // namespace tollgate::storage
