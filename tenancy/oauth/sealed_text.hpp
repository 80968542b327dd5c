// Small encrypted and authenticated texts that pass through a browser, each valid for one purpose.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::tenancy::oauth {

// Seals `plain` under `key` (32 bytes), in the characters A-Z a-z 0-9 - _.
std::string seal_text(std::string_view key, std::string_view plain, std::string_view purpose);

// Opens a sealed text. Returns nullopt if the key, text or purpose does not match.
std::optional<std::string> open_text(std::string_view key, std::string_view sealed,
                                     std::string_view purpose);

// SHA-256 in the same characters: the PKCE challenge of a verifier (RFC 7636 §4.2).
std::string challenge_of(std::string_view verifier);

// True for 43 to 128 characters that are allowed in a verifier (RFC 7636 §4.1).
bool is_verifier(std::string_view text);
// True for a text that challenge_of() can return.
bool is_challenge(std::string_view text);

}  // namespace tollgate::tenancy::oauth
