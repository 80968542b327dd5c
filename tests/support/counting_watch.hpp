// Counts the credentials that Stripe refused.
#pragma once
#include "tenancy/rules/credential_watch.hpp"

namespace tollgate::test {

class counting_watch final : public tenancy::credential_watch {
public:
    void rejected(const tenancy::account_access& account) override {
        ++refused;
        last_version = account.version;
    }
    int refused = 0;
    std::int64_t last_version = -1;
};

}  // namespace tollgate::test
