// Changes of alarms; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/changes/tokens.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// Claims up to `limit` alarms that are due at `now`, the longest overdue first; no other instance
// gets them before `until`. `claim` is new each time. The claimed alarms are put into `taken`; read
// it only after the commit has succeeded.
struct claim_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<alarm_row>> taken;
};

// The effects of fire_alarms.
struct fired_alarms {
    std::vector<std::string> servers;  // now expired; their tokens have been removed
    std::vector<ended_token> tokens;   // now removed, while their servers stay valid
};

// Performs the alarms of a claim, and removes them:
//   - server_expiry: sets expired_at and removes the tokens. A server that is revoked, already
//     expired, or extended beyond `now` is not changed.
//   - token_expiry: removes the tokens that end by `now`; if others end later, the alarm stays and
//     moves to the next end.
// Ignores alarms that another instance has claimed in the meantime, or that were moved. `claim`,
// `now` and `until` are those of the claim. `done` is as for claim_alarms. The effects are logged
// if `origin` is not empty.
struct fire_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::shared_ptr<fired_alarms> done;
    std::string origin{};
};

// Releases a claimed alarm, to be claimed again from `next_at` on. Has no effect if another
// instance has claimed it.
struct postpone_alarm {
    std::string claim;
    alarm_row alarm;
    timestamp next_at;
};

// Ends every claim that ends between `now` and `until`. Used at the start with a store that no
// other process uses, because the claims' owners no longer run.
struct release_alarms {
    timestamp now;
    timestamp until;
};

// A safety net: sets alarms for servers and tokens that had expired at `now` and have none, at most
// 1,000 of each. Their number is put into `armed`, as for claim_alarms.
struct arm_missing_alarms {
    timestamp now;
    std::shared_ptr<std::int64_t> armed;
};

}  // namespace tollgate::storage
