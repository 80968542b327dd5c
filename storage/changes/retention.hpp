// Changes that remove what a team keeps no longer; see change.hpp. Each team has an alarm for it,
// in the due list of storage/changes/alarms.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::storage {

// Arms the alarm of every team that has none; it is due at once.
struct arm_retention {};

// Takes the alarm that has been due for the longest at `now`: no other instance gets it before
// `until`. The team is put into `team_id`, or nothing if no alarm is due; read it only after the
// commit has succeeded. `claim` is new each time.
struct claim_retention {
    std::string claim;
    base::timestamp now;
    base::timestamp until;
    std::shared_ptr<std::optional<std::string>> team_id;
};

// Ends a claim, and makes the alarm due at `due_at`. Has no effect if another instance has claimed
// it, or the team's settings were changed meanwhile.
struct rearm_retention {
    std::string claim;
    std::string team_id;
    base::timestamp due_at;
};

// Removes the entries [from, to) of a team's log, and stores `statement`, which says where the kept
// ones begin. Hashes stay. Fails with conflict "retention_changed" if the team is on legal hold or
// keeps its audit records for another number of days than `days`, and with conflict
// "audit_log_changed" if the kept entries do not begin at `from`, the newest checkpoint does not
// cover more than `to` entries, or an entry between the two is missing.
struct remove_audit {
    std::string team_id;
    std::int64_t days = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string statement;
};

// Removes at most 1,000 of the team's receipts whose outcome is known, and was before `before`.
// Removes none if the team is on legal hold or keeps receipts for another number of days
// than `days`. Their number is put into `removed`, as for claim_retention.
struct remove_receipts {
    std::string team_id;
    std::int64_t days = 0;
    base::timestamp before;
    std::shared_ptr<std::int64_t> removed;
};

}  // namespace tollgate::storage
