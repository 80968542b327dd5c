// Changes of values of the instance; see change.hpp.
#pragma once
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets one value of the instance.
struct put_setting {
    std::string name;
    std::string value;  // any bytes
};

// Sets a value only if it is not set; otherwise fails with conflict "setting_exists". Instances
// that start at the same time use this to decide which is first.
struct add_setting {
    std::string name;
    std::string value;  // any bytes
};

// Removes, at most 1,000 of each: stored answers, clients and authorizations that expired before
// `now`; counts of caps older than 62 days that hold no reservation; policy changes requested more
// than 400 days before `now`; and sign-in attempts that no longer count.
struct purge_expired {
    timestamp now;
};

// Fails with conflict "replay_exists" if an answer is stored under that key and has not expired at
// row.created_at.
struct add_replay {
    replay_row row;
};

}  // namespace tollgate::storage
