// Changes of what has been sent of the audit logs; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/audit_rows.hpp"

namespace tollgate::storage {

// Lets `holder` send to a destination until `until`, unless another instance may at `now`. An
// instance that is not in the list of instances no longer runs. `held` is true if `holder` may
// send; read it only after the commit has succeeded.
struct hold_delivery {
    std::string destination;
    std::string holder;
    base::timestamp now;
    base::timestamp until;
    std::shared_ptr<bool> held;
};

// Lets other instances send to a destination, if `holder` may.
struct drop_delivery {
    std::string destination;
    std::string holder;
};

// The entries [from, to) of a team's log were acknowledged at `at`, or, without it, are passed over
// because the team's retention has removed them. Fails with conflict
// "delivery_moved" if another instance sends to the destination by now, or the position is not
// `from`.
struct advance_delivery {
    std::string destination;
    std::string holder;
    std::string team_id;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::optional<base::timestamp> at;
};

// Sending the entries [from, to) failed. Fails as advance_delivery does.
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

// Sets the position of a team's log back to `position`: the entries from there on are sent again.
// Fails with conflict "position_ahead" if it is beyond the position, which is 0 if nothing has been
// sent.
struct rewind_delivery {
    std::string destination;
    std::string team_id;
    std::int64_t position = 0;
};

}  // namespace tollgate::storage
