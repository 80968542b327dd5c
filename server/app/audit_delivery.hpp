// The destinations of the audit logs named in the settings.
#pragma once
#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "tenancy/work/audit_delivery.hpp"

namespace tollgate::server {

// Adds every destination of the settings to `to`. Returns the worker that
// resolves names and writes files, with one thread per destination; null if there is no
// destination. The worker outlives the coroutines of the delivery workers; `clock` outlives
// tenancy. Fails with a sentence if a secret or a file of certificate authorities cannot be used.
// Blocks.
base::result<std::unique_ptr<base::worker>> connect_audit_delivery(const config& value,
                                                                   tenancy::audit_delivery& to,
                                                                   const base::clock& clock);

}  // namespace tollgate::server
