// A new key of the instance owner when the last one is lost. For a command: it blocks.
#pragma once
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/transfer.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// Makes an instance-owner key of the first team, straight in the database, also while gateways run
// on it: they accept it from then on. Whoever can do this can read the database and the pepper, so
// nothing is asked. Fails with "invalid_name" and as load_key_ring() and storage::add_owner_key()
// do.
base::result<new_api_key> reset_owner_key(const storage::database_place& place,
                                          const key_source& peppers, std::string name,
                                          const base::clock& clock);

}  // namespace tollgate::tenancy
