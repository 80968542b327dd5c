// The destinations of the audit logs, from the settings.
#pragma once
#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// Adds every destination of the settings to tenancy.audit_delivery(). Returns the worker whose
// threads look up names and write files, one for each destination; null if there is none. It
// outlives the workers' coroutines; `clock` outlives tenancy. Fails with a sentence if a secret or
// a file of authorities cannot be used. Blocks.
base::result<std::unique_ptr<base::worker>> connect_audit_delivery(const config& value,
                                                                   tenancy::registry& tenancy,
                                                                   const base::clock& clock);

}  // namespace tollgate::server
