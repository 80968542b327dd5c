// Handles change log entries of other instances in the same way as this instance's own changes.
#pragma once
#include "storage/rows.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// Drops the cached values of the entry's subjects and notifies the listeners. An entry of kind
// unknown concerns all subjects.
void apply_foreign(const storage::logged_change& entry, grants& live_grants, api_keys& keys);

}  // namespace tollgate::tenancy
