// What an instance does when the change log tells of another one's change: the same as after its
// own.
#pragma once
#include "storage/rows.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// Drops what is cached of the entry's subjects and tells the listeners. Everything and everybody
// for an entry of kind unknown.
void apply_foreign(const storage::logged_change& entry, grants& live_grants, api_keys& keys);

}  // namespace tollgate::tenancy
