// Verifies signatures made with other parties' keys, by the JSON Web Signature algorithms RS256 and
// ES256 (RFC 7518 §3). Implemented in base/crypto.cpp. Faults of the machine throw
// std::runtime_error.
#pragma once
#include <string_view>

namespace tollgate::base {

// True if `signature` is the RSASSA-PKCS1-v1_5 signature with SHA-256 (RFC 8017 §8.2) of `message`
// under the key with this modulus and exponent, both big-endian. False if the modulus has fewer
// than 2,048 or more than 8,192 bits.
bool rsa_sha256_verify(std::string_view modulus, std::string_view exponent,
                       std::string_view message, std::string_view signature);

// The same for ECDSA with P-256 and SHA-256. `x` and `y` are 32 bytes each; the signature is r
// followed by s, 64 bytes (RFC 7518 §3.4). False if the key is not a point on the curve.
bool p256_sha256_verify(std::string_view x, std::string_view y, std::string_view message,
                        std::string_view signature);

}  // namespace tollgate::base
