// Asks Stripe once whether a key works.
#pragma once
#include <chrono>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/credential_verifier.hpp"

namespace tollgate::stripe {

// Reads the balance with the key: the cheapest call that every key may be asked about. A 403 for
// want of a permission still proves the key. Runs on `where`, the loop `api` was made for; callers
// resume on their own.
class key_verifier final : public tenancy::credential_verifier {
public:
    key_verifier(base::executor where, upstream& api, std::chrono::milliseconds patience)
        : where_(std::move(where)), api_(api), patience_(patience) {}

    base::awaitable<base::result<>> verify(const tenancy::account_access& account) override;

private:
    base::executor where_;
    upstream& api_;
    std::chrono::milliseconds patience_;
};

}  // namespace tollgate::stripe
