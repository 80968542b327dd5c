// Changes of alarms; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/changes/tokens.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// Takes up to `limit` alarms that are due at `now`, the longest due first: nobody else gets them
// before `until`. `claim` is new each time. What was taken is put into `taken`, which is not to be
// read unless the commit succeeds.
struct claim_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<alarm_row>> taken;
};

// What fire_alarms did.
struct fired_alarms {
    std::vector<std::string> servers;  // expired by it; their tokens are gone
    std::vector<ended_token> tokens;   // removed by it, of servers that live on
};

// Does what the alarms of a claim are for, and removes them:
// - server_expiry: sets expired_at and removes the tokens. A server that is revoked, expired
//   already or prolonged beyond `now` stays as it is.
// - token_expiry: removes the tokens that end by `now`; with others left to end, the alarm stays,
//   moved to the next of them.
// Does nothing to alarms that somebody else holds meanwhile, or that were moved since. `claim`,
// `now` and `until` are those of the claim. `done` as for claim_alarms. What was done is logged
// when `origin` is not empty.
struct fire_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::shared_ptr<fired_alarms> done;
    std::string origin{};
};

// Gives an alarm of a claim back, to be taken from `next_at` on. Nothing happens to one that
// somebody else holds.
struct postpone_alarm {
    std::string claim;
    alarm_row alarm;
    timestamp next_at;
};

// Ends every claim that runs out between `now` and `until`: for a store that no other process uses,
// at the start, when whoever held them is dead.
struct release_alarms {
    timestamp now;
    timestamp until;
};

// The safety net: arms alarms for servers and tokens whose time was over at `now` and which have
// none, at most 1,000 of each. How many those were is put into `armed`, as for claim_alarms.
struct arm_missing_alarms {
    timestamp now;
    std::shared_ptr<std::int64_t> armed;
};

}  // namespace tollgate::storage
