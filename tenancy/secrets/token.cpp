#include "tenancy/secrets/token.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t random_characters = 32;
constexpr std::size_t checksum_characters = 6;
constexpr std::size_t shown_characters = 8;
static_assert(mcp_token_prefix.size() + random_characters + checksum_characters == token_length);
static_assert(api_key_prefix.size() == mcp_token_prefix.size());

bool base62_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

base::secret make_token(std::string_view prefix) {
    std::string text;
    text.reserve(token_length);
    text += prefix;
    text += base::random_base62(random_characters);
    text += base::base62(base::crc32(text), checksum_characters);
    return base::secret{std::move(text)};
}

bool well_formed_token(std::string_view token, std::string_view prefix) {
    if (token.size() != token_length || !token.starts_with(prefix)) return false;
    if (!std::all_of(token.begin() + static_cast<std::ptrdiff_t>(prefix.size()), token.end(),
                     base62_digit))
        return false;
    const std::string_view body = token.substr(0, token_length - checksum_characters);
    return base::base62(base::crc32(body), checksum_characters) == token.substr(body.size());
}

std::string shown_prefix(std::string_view token) {
    return std::string{token.substr(0, shown_characters)};
}

}  // namespace tollgate::tenancy
