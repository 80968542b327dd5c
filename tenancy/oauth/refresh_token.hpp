// Refresh tokens: `tgr_`, the authorization's id, 128 bits that change with each use, and a MAC.
//
//   tgr_4fTq0zPbX1c9LmYd8RkWvA2e 0aB1cD2eF3gH4iJ5kL6mN7 8oP9qR0sT1uV2wX3yZ4aB5      (no spaces)
//
// The MAC (under the peppers) proves that we issued the token, so that a used token is recognized
// although it is not stored. Each token is derived from the one before it, so that a client whose
// answer was lost gets the same one again. For secret scanners: \btgr_[0-9A-Za-z]{68}\b
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "storage/rows.hpp"
#include "tenancy/secrets/token_hasher.hpp"

namespace tollgate::tenancy::oauth {

constexpr std::string_view refresh_token_prefix = "tgr_";

// The first refresh token of an authorization ("oaz_…").
base::secret first_refresh_token(const token_hasher& hasher, std::string_view authorization_id);

// The authorization of a token; nullopt if we did not issue it.
std::optional<std::string> authorization_of(const token_hasher& hasher, std::string_view token);

// Returns the next token. `token` must be one of ours.
base::secret next_refresh_token(const token_hasher& hasher, std::string_view token);

// True if `hash` is the stored hash of `token`.
bool stored_as(const token_hasher& hasher, std::string_view token, const storage::token_hash& hash);

}  // namespace tollgate::tenancy::oauth
