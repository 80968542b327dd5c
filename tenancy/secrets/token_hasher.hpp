// Hashes of stored tokens: HMAC-SHA-256 under a pepper that is never in the record store.
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

    // Under the newest pepper: the hash stored for a new token.
    storage::token_hash hash(std::string_view token) const;
    // Under every active pepper, newest first: the hashes under which a presented token may be
    // stored.
    std::vector<storage::token_hash> candidates(std::string_view token) const;
    // The key of in-process caches: SHA-256 under a random key that exists only as long as this
    // object. It is computed on every request, in one pass over the token where an HMAC takes
    // three, and never leaves the process.
    base::digest cache_key(std::string_view token) const;

    const key_ring& peppers() const { return peppers_; }

private:
    key_ring peppers_;
    base::secret cache_key_;
};

}  // namespace tollgate::tenancy
