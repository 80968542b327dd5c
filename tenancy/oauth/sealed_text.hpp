// Small texts that travel through a browser: nobody can read or change them, and each is good for
// one purpose.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::tenancy::oauth {

// `plain`, sealed under `key` (32 bytes), in the characters A-Z a-z 0-9 - _.
std::string seal_text(std::string_view key, std::string_view plain, std::string_view purpose);

// The text again; nothing when anything does not match.
std::optional<std::string> open_text(std::string_view key, std::string_view sealed,
                                     std::string_view purpose);

// SHA-256 in the same characters: what a PKCE challenge is of its verifier (RFC 7636 §4.2).
std::string challenge_of(std::string_view verifier);

// True for 43 to 128 of the characters a verifier may have (RFC 7636 §4.1).
bool is_verifier(std::string_view text);
// True for what challenge_of() may give.
bool is_challenge(std::string_view text);

}  // namespace tollgate::tenancy::oauth
