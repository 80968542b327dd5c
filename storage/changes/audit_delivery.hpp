// Changes of the delivery of audit logs; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/audit_rows.hpp"

namespace tollgate::storage {

// Gives `holder` the right to send to a destination until `until`, unless another running instance
// has it at `now`. An instance that is not in the list of instances no longer runs. `held` is true
// if `holder` has the right; read it only after the commit has succeeded.
struct hold_delivery {
    std::string destination;
    std::string holder;
    base::timestamp now;
    base::timestamp until;
    std::shared_ptr<bool> held;
};

// Gives up the right to send to a destination, if `holder` has it.
struct drop_delivery {
    std::string destination;
    std::string holder;
};

// Advances past the entries [from, to) of a team's log: they were acknowledged at `at`, or, if `at`
// is absent, are skipped because the team's retention has removed them. Fails with conflict
// "delivery_moved" if another instance now sends to the destination, or the position is not `from`.
struct advance_delivery {
    std::string destination;
    std::string holder;
    std::string team_id;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::optional<base::timestamp> at;
};

// Records that sending the entries [from, to) failed. Fails as advance_delivery does.
struct fail_delivery {
    std::string destination;
    std::string holder;
    std::string team_id;
    std::int64_t from = 0;
    std::int64_t to = 0;
    base::timestamp at;
    base::timestamp retry_at;
    std::string error;  // a sentence
};

// Sets the position of a team's log back to `position`, so that the entries from there on are sent
// again. Fails with conflict "position_ahead" if it is beyond the current position, which is 0 if
// nothing has been sent.
struct rewind_delivery {
    std::string destination;
    std::string team_id;
    std::int64_t position = 0;
};

}  // namespace tollgate::storage
