// Alarms that are claimed one at a time, of a kind that has one alarm for each subject. All
// functions throw sql_error on faults.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

struct alarm_subject {
    std::string team_id;
    std::string subject;
};

// Claims the alarm of this kind that has been due for the longest at `now`, until `until`. Skips
// those that another instance is claiming at the same time.
std::optional<alarm_subject> claim_single(session& db, std::string_view kind,
                                          const std::string& claim, base::timestamp now,
                                          base::timestamp until);

// Ends the claim, and makes the alarm due at `due_at`; has no effect after another claim.
void rearm_single(session& db, std::string_view kind, const alarm_subject& which,
                  const std::string& claim, base::timestamp due_at);

// Sets the alarm, also one that is claimed: it is due at `due_at`.
void arm_single(session& db, std::string_view kind, const alarm_subject& which,
                base::timestamp due_at);

// When the next alarm of this kind may be claimed; nothing if there is none.
std::optional<base::timestamp> next_single(session& db, std::string_view kind);

}  // namespace tollgate::storage::sql
