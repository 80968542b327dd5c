// Finds out what a key may do by asking Stripe.
#pragma once
#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "stripe/permissions/need.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The maximum number of requests in one review, and how many run at once: with Stripe's limit of 25
// a second in test mode, most of it remains for tools.
constexpr std::size_t probes_max = 40;
constexpr std::size_t probes_at_once = 3;

struct probe_findings {
    tenancy::key_state state = tenancy::key_state::unknown;
    std::vector<tenancy::area_permission> permissions;  // in order of arrival
    std::vector<std::string> not_checked;
    std::size_t requests = 0;
    bool rate_limited = false;  // ended by Stripe's 429
    bool late = false;          // ended by the deadline
};

// Checks the key itself and then, for a restricted key, the areas of `need` and as many others as
// the budget allows. Stops at a 429, or if Stripe refuses the key. `no_such_id` is as for
// all_probes. Runs on the calling coroutine's loop, which is also that of `api`; references live
// until completion. Never fails: whatever could not be determined is reported as unknown.
base::awaitable<probe_findings> probe_permissions(upstream& api,
                                                  const tenancy::account_access& account,
                                                  const permission_need& need,
                                                  std::string_view no_such_id,
                                                  std::chrono::steady_clock::time_point deadline);

}  // namespace tollgate::stripe
