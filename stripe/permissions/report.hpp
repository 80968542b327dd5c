// What a key may do, held against what is needed. Pure; any thread.
#pragma once
#include "stripe/permissions/need.hpp"
#include "stripe/permissions/prober.hpp"

namespace tollgate::stripe {

// The review of a key that is a restricted one or not, of an account with that many active servers.
tenancy::key_review report_on(probe_findings found, const permission_need& need,
                              std::size_t servers, bool restricted);

}  // namespace tollgate::stripe
