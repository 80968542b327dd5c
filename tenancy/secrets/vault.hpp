// Envelope encryption: each secret has a data key of its own (AES-256-GCM), wrapped by the newest
// master key. What is sealed for one place cannot be opened in another: the place is part of the
// associated data.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/rows.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// Immutable after construction, so thread-safe.
class vault {
public:
    explicit vault(key_ring master) : master_(std::move(master)) {}

    // Seals `plain` for `place` ("team_…|ia_…").
    storage::sealed_blob seal(std::string_view plain, std::string_view place) const;

    // The secret again. Fails with errc::corrupt: "unknown_master_key" when its master key is not
    // among ours, "sealed_blob_damaged" when bytes or place do not match.
    base::result<base::secret> open(const storage::sealed_blob& sealed,
                                    std::string_view place) const;

    // A key for another purpose, from the newest master key (HMAC-SHA-256 over the purpose's name).
    base::secret derive(std::string_view purpose) const;

private:
    key_ring master_;
};

}  // namespace tollgate::tenancy
