// Whether the file of master keys has every key that the database needs.
#pragma once
#include "base/log.hpp"
#include "server/config/config.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

// Logs an error for each master key that the file does not have, with the number of stored values
// that cannot be opened without it and what to do. Without it, their accounts and servers fail one
// by one, and nothing says why. Blocks.
void warn_of_missing_keys(const config& value, const tenancy::key_source& master_key,
                          base::logger& log);

}  // namespace tollgate::server
