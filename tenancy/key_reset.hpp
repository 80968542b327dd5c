// Creates a new instance owner key when the last one is lost. For a command: it blocks.
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/transfer.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// Creates an instance owner key for the first team directly in the database, even while gateways
// run on it; they accept it at once. No credential is required: the caller can already read the
// database and the pepper. Fails with "invalid_name" and as load_key_ring() and
// storage::add_owner_key() do.
base::result<new_api_key> reset_owner_key(const storage::database_place& place,
                                          const key_source& peppers, std::string name,
                                          const base::clock& clock);

}  // namespace tollgate::tenancy
