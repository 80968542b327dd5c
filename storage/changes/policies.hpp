// Changes of policies; see change.hpp.
#pragma once
#include <cstdint>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets the rules of a team or an account, and keeps the version: `row.version` must be one more
// than the stored one (1 for the first), otherwise fails with conflict "version_changed". Fails
// with not_found if the account does not exist.
struct put_policy {
    policy_row row;
};

}  // namespace tollgate::storage
