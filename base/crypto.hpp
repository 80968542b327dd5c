// OpenSSL's primitives behind value types. This is the only header that other rooms use for
// cryptography. Every function that can fail through OpenSSL or the kernel throws
// std::runtime_error: the fault is the machine's, not the input's.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::base {

using digest = std::array<unsigned char, 32>;

// `count` bytes from the CSPRNG.
std::string random_bytes(std::size_t count);

// `count` characters of [0-9A-Za-z], uniformly distributed (rejection sampling).
std::string random_base62(std::size_t count);

// 32 bytes each; `key` may have any length.
digest sha256(std::string_view data);
digest hmac_sha256(std::string_view key, std::string_view data);
// 20 bytes; for RFC 6238 only.
std::string hmac_sha1(std::string_view key, std::string_view data);

// Compares in a time that depends only on the lengths.
bool equal_constant_time(std::string_view a, std::string_view b);

// CRC-32 (IEEE 802.3, as in zlib).
std::uint32_t crc32(std::string_view data);

// `value` in base 62, padded with '0' to `width` characters; 0-9 A-Z a-z.
std::string base62(std::uint64_t value, std::size_t width);

// hex() and base64() write lower-case digits, and the standard alphabet with padding (RFC 4648 §4).
// The readers return nullopt for any other text; from_hex() also accepts upper case.
std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// AES-256-GCM with a random 96-bit nonce: nonce || ciphertext || 128-bit tag. `key` must be 32
// bytes.
std::string aes256gcm_seal(std::string_view key, std::string_view plaintext,
                           std::string_view associated_data);

// As aes256gcm_seal(), but with the caller's 12-byte nonce, so that equal input gives equal output.
// Two different plaintexts must never share a nonce under one key: derive the nonce from the key,
// the plaintext and the associated data.
std::string aes256gcm_seal_with(std::string_view key, std::string_view nonce,
                                std::string_view plaintext, std::string_view associated_data);

// The plaintext, or nullopt if key, nonce, tag or associated data do not match.
std::optional<std::string> aes256gcm_open(std::string_view key, std::string_view sealed,
                                          std::string_view associated_data);

using ed25519_public_key = std::array<unsigned char, 32>;

// An Ed25519 private key (RFC 8032 §5.1). Copies share the key, which is wiped with the last one.
// Several threads may sign with one object.
class ed25519_key {
public:
    // `seed` is the private key of RFC 8032: 32 random bytes. Throws std::runtime_error for any
    // other length.
    explicit ed25519_key(std::string_view seed);

    const ed25519_public_key& public_key() const noexcept { return public_key_; }

    // Returns the 64-byte signature of `message`; the same key and message always give the same
    // one.
    std::string sign(std::string_view message) const;

private:
    std::shared_ptr<void> key_;
    ed25519_public_key public_key_{};
};

// True if `signature` is the signature of `message` under `key`. False if it is not 64 bytes long
// or is a non-canonical encoding (S not below the order, RFC 8032 §5.1.7), or if the key is not a
// point on the curve.
bool ed25519_verify(const ed25519_public_key& key, std::string_view message,
                    std::string_view signature);

inline std::string_view as_view(const digest& value) {
    return {reinterpret_cast<const char*>(value.data()), value.size()};
}

}  // namespace tollgate::base
