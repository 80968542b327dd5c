// One-time codes from a shared secret and the time (RFC 6238): SHA-1, six digits, 30 seconds, as
// authenticator apps take them. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::tenancy {

constexpr std::size_t totp_secret_bytes = 20;
constexpr int totp_digits = 6;

// The time step of `now`.
std::int64_t totp_step_at(base::timestamp now);

// The code of a time step: `digits` digits (6 to 8).
std::string totp_code(std::string_view secret, std::int64_t step, int digits = totp_digits);

// Returns the time step of `code` if that is the current step at `now` or one of its two
// neighbours, and is later than `used`; otherwise nullopt. Every candidate is compared in constant
// time.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code,
                                       base::timestamp now, std::int64_t used);

// RFC 4648 §6, without padding.
std::string base32(std::string_view bytes);

// "otpauth://totp/Tollgate:ana%40example.com?secret=…&issuer=Tollgate": the text or QR code that an
// authenticator app reads.
std::string otpauth_uri(std::string_view secret, std::string_view email);

}  // namespace tollgate::tenancy
