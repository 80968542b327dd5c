// Percent-encoding (RFC 3986 §2.1) and base64url (RFC 4648 §5).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::base {

// The meaning of '+': itself in a URI's path, a space in a query or form (HTML's
// application/x-www-form-urlencoded).
enum class plus_sign : std::uint8_t { itself, blank };

// Returns nullopt if a '%' is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus);

// Unreserved characters (RFC 3986 §2.3) stay; every other byte becomes '%' and two upper-case hex
// digits.
void append_percent_encoded(std::string& out, std::string_view text);

// Without padding.
std::string base64url(std::string_view bytes);
// Returns nullopt if `text` has a character outside the alphabet, padding, or an impossible length,
// or is not the one encoding of its bytes (RFC 4648 §3.5).
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace tollgate::base
