// Tokens at rest: HMAC-SHA-256 under a pepper that the record store never sees.
#pragma once
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "storage/rows.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// Immutable after construction, so thread-safe.
class token_hasher {
public:
    explicit token_hasher(key_ring peppers)
        : peppers_(std::move(peppers)), cache_key_(base::random_bytes(32)) {}

    // Under the newest pepper: what a new token is stored as.
    storage::token_hash hash(std::string_view token) const;
    // Under every active pepper, newest first: what a presented token may be stored as.
    std::vector<storage::token_hash> candidates(std::string_view token) const;
    // The key of in-process caches: SHA-256 under a random key that lives and dies with this
    // object. One pass over the token where an HMAC takes three; it is asked for on every request
    // and never leaves the process.
    base::digest cache_key(std::string_view token) const;

    const key_ring& peppers() const { return peppers_; }

private:
    key_ring peppers_;
    base::secret cache_key_;
};

}  // namespace tollgate::tenancy
