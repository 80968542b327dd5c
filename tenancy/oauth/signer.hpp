// Signed tokens (JWS, RFC 7515) with a single algorithm: HMAC-SHA-256 with our own key.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace tollgate::tenancy::oauth {

// Thread-safe: its only state is the key.
class token_signer {
public:
    explicit token_signer(base::secret key) : key_(std::move(key)) {}

    // The compact form of `payload`, with the header {"alg":"HS256","typ":"at+jwt"}. Throws
    // std::runtime_error if the HMAC cannot be computed.
    std::string sign(std::string_view payload) const;

    // Returns the payload if the token is exactly what sign() writes: our header and our signature,
    // each in the encoding that we write. The token's own algorithm is never read. Throws as sign()
    // does.
    std::optional<std::string> open(std::string_view token) const;

private:
    base::secret key_;
};

}  // namespace tollgate::tenancy::oauth
