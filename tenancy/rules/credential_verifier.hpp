// Port: asks Stripe whether a credential works and what it may do. Implemented by the room that
// talks to Stripe.
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

    // Asks Stripe once. errc::unauthorized if Stripe does not know the key, errc::forbidden if
    // Stripe knows it but does not let it act for `account.stripe_account`, errc::unavailable or
    // deadline_exceeded if Stripe does not answer. Resumes on the caller's executor; `account`
    // lives until then.
    virtual base::awaitable<base::result<>> verify(const account_access& account) = 0;

    // Finds out what the key of `account` may do, and compares it with what `filters`, one for each
    // active MCP server, allow. Sends a bounded number of requests within a bounded time; none of
    // them can change anything. What remains unknown is reported as unknown. Its only failure is
    // errc::limit_exceeded "verify_too_often". Resumes on the caller's executor; `account` lives
    // until then.
    virtual base::awaitable<base::result<key_review>> review(const account_access& account,
                                                             std::vector<tool_filter> filters) = 0;
};

}  // namespace tollgate::tenancy
