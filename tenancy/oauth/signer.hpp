// Signed tokens (JWS, RFC 7515) of one algorithm: HMAC-SHA-256 with a key of ours.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace tollgate::tenancy::oauth {

// Thread-safe: holds nothing but the key.
class token_signer {
public:
    explicit token_signer(base::secret key) : key_(std::move(key)) {}

    // The compact form of `payload`, with the header {"alg":"HS256","typ":"at+jwt"}. Throws
    // std::runtime_error when the machine cannot.
    std::string sign(std::string_view payload) const;

    // The payload, when the token is exactly what sign() makes of it: our header, our signature,
    // each in the one spelling we write. Its algorithm is never looked at. Throws as sign() does.
    std::optional<std::string> open(std::string_view token) const;

private:
    base::secret key_;
};

}  // namespace tollgate::tenancy::oauth
