// Port: notified when Stripe refuses a credential during normal work. Called by the room that talks
// to Stripe.
#pragma once
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

class credential_watch {
public:
    virtual ~credential_watch() = default;

    // Stripe answered that it does not know the key of `account`. Thread-safe; does not block: the
    // reaction happens later, on another executor. `account` is copied.
    virtual void rejected(const account_access& account) = 0;
};

}  // namespace tollgate::tenancy
