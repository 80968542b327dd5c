// The shape of our bearer tokens: prefix, 32 random Base62 characters (190 bits), 6 Base62
// characters of CRC-32.
//
//   tgm_3kTq0zPbX1c9LmYd8RkWvA2eJ7uHn5Gs0aB1cD     an MCP URL's token
//   tgk_9fWq2zPbX1c9LmYd8RkWvA2eJ7uHn5Gs1xY2zW     an API key
//
// The checksum lets a scanner, and us, tell a token from random text without asking a store. For
// secret scanners:
//
//   \btg[mk]_[0-9A-Za-z]{38}\b
#pragma once
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace tollgate::tenancy {

constexpr std::string_view mcp_token_prefix = "tgm_";
constexpr std::string_view api_key_prefix = "tgk_";
constexpr std::string_view token_scanner_regex = R"(\btg[mk]_[0-9A-Za-z]{38}\b)";
constexpr std::size_t token_length = 42;

// A new random token with that prefix and its checksum.
base::secret make_token(std::string_view prefix);

// True if `token` has that prefix, the right length and alphabet, and its checksum matches. Asks no
// store.
bool well_formed_token(std::string_view token, std::string_view prefix);

// The part of a token that may be shown: its first 8 characters ("tgm_3kTq").
std::string shown_prefix(std::string_view token);

}  // namespace tollgate::tenancy
