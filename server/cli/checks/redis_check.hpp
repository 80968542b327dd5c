// Whether Redis can be reached.
#pragma once
#include "server/cli/checks/finding.hpp"
#include "server/config/config.hpp"

namespace tollgate::server::checks {

// Signs in and sends a PING to each address of redis.url (with Sentinel: to each sentinel). Skipped
// without a URL. Blocks for redis.connect_timeout at most, for each.
finding check_redis(const config& value);

}  // namespace tollgate::server::checks
