// Compares what a key may do with what is needed. Pure; any thread.
#pragma once
#include "stripe/permissions/need.hpp"
#include "stripe/permissions/prober.hpp"

namespace tollgate::stripe {

// The review of a key, restricted or not, of an account with that many active servers.
tenancy::key_review report_on(probe_findings found, const permission_need& need,
                              std::size_t servers, bool restricted);

}  // namespace tollgate::stripe
