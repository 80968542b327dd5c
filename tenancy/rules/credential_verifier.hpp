// The port that asks Stripe whether a credential works and what it may do. Implemented by the room
// that talks to Stripe.
#pragma once
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/grant.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::tenancy {

class credential_verifier {
public:
    virtual ~credential_verifier() = default;

    // Asks Stripe once. errc::unauthorized when Stripe does not know the key, errc::forbidden when
    // it knows it and does not let it act for `account.stripe_account`, errc::unavailable or
    // deadline_exceeded when Stripe gives no answer. Resumes on the caller's executor; `account`
    // lives until then.
    virtual base::awaitable<base::result<>> verify(const account_access& account) = 0;

    // Finds out what the key of `account` may do, and holds that against what `filters`, one for
    // each active MCP server, let through. Sends a bounded number of requests within a bounded
    // time, none of which can change anything; what is not known then is said to be unknown. Fails
    // with errc::limit_exceeded "verify_too_often" alone. Resumes on the caller's executor;
    // `account` lives until then.
    virtual base::awaitable<base::result<key_review>> review(const account_access& account,
                                                             std::vector<tool_filter> filters) = 0;
};

}  // namespace tollgate::tenancy
