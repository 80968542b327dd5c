// The port that asks Stripe whether a credential works. Implemented by the room that talks to
// Stripe.
#pragma once
#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/grant.hpp"

namespace tollgate::tenancy {

class credential_verifier {
public:
    virtual ~credential_verifier() = default;

    // Asks Stripe once. errc::unauthorized when Stripe does not know the key, errc::forbidden when
    // it knows it and does not let it act for `account.stripe_account`, errc::unavailable or
    // deadline_exceeded when Stripe gives no answer. Resumes on the caller's executor; `account`
    // lives until then.
    virtual base::awaitable<base::result<>> verify(const account_access& account) = 0;
};

}  // namespace tollgate::tenancy
