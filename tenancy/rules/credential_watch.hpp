// The port that is told when Stripe refuses a credential in the middle of work. Called by the room
// that talks to Stripe.
#pragma once
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

class credential_watch {
public:
    virtual ~credential_watch() = default;

    // Stripe answered that it does not know the key of `account` (any more). Thread-safe; does not
    // block: what follows of it happens later, on another executor. `account` is copied from.
    virtual void rejected(const account_access& account) = 0;
};

}  // namespace tollgate::tenancy
