// Envelope encryption: each secret has its own data key (AES-256-GCM), wrapped by the newest master
// key. A value sealed for one place cannot be opened in another: the place is part of the
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

    // Opens a sealed secret. Fails with errc::corrupt: "unknown_master_key" if its master key is
    // not in the ring, "sealed_blob_damaged" if bytes or place do not match.
    base::result<base::secret> open(const storage::sealed_blob& sealed,
                                    std::string_view place) const;

    // A key for another purpose, derived from the newest master key (HMAC-SHA-256 over the
    // purpose's name).
    base::secret derive(std::string_view purpose) const;

private:
    key_ring master_;
};

}  // namespace tollgate::tenancy
