// Asks Stripe whether a key works, and what it may do.
#pragma once
#include <chrono>

#include "base/clock.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/limits/rate_limiter.hpp"
#include "tenancy/rules/credential_verifier.hpp"

namespace tollgate::stripe {

// How often one account may be reviewed; reviews do not count against the limits on calls.
constexpr tenancy::call_rate reviews_of_account{.calls = 2, .seconds = 60};
// The time limit for all requests of a review, unless that for Stripe's answers is shorter.
constexpr std::chrono::milliseconds review_timeout{10'000};

// verify() reads the balance with the key: the cheapest call that is allowed for every key. A 403
// for a missing permission still proves that the key is valid. Both run on `where`, the loop that
// `api` was created for; callers resume on their own executor. References outlive it.
class key_verifier final : public tenancy::credential_verifier {
public:
    key_verifier(base::executor where, upstream& api, std::chrono::milliseconds timeout,
                 tenancy::rate_limiter& reviews, const base::clock& clock)
        : where_(std::move(where)),
          api_(api),
          timeout_(timeout),
          reviews_(reviews),
          clock_(clock) {}

    base::awaitable<base::result<>> verify(const tenancy::account_access& account) override;
    base::awaitable<base::result<tenancy::key_review>> review(
        const tenancy::account_access& account, std::vector<tenancy::tool_filter> filters) override;

private:
    base::executor where_;
    upstream& api_;
    std::chrono::milliseconds timeout_;
    tenancy::rate_limiter& reviews_;
    const base::clock& clock_;
};

}  // namespace tollgate::stripe
