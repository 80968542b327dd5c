#include "tenancy/oauth/refresh_token.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace tollgate::tenancy::oauth {

namespace {

constexpr std::string_view id_prefix = "oaz_";
constexpr std::size_t id_size = 24;
constexpr std::size_t half_size = 22;  // 128 bits in base 62
constexpr std::size_t token_size = 4 + id_size + half_size + half_size;

// The first 128 bits as base 62.
std::string half_of(std::string_view digest) {
    std::string out;
    for (std::size_t at = 0; at < 16; at += 8) {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < 8; ++i)
            number = (number << 8U) | static_cast<unsigned char>(digest[at + i]);
        out += base::base62(number, half_size / 2);
    }
    return out;
}

// The prefix, the id and the changing part.
std::string_view body_of(std::string_view token) {
    return token.substr(0, token_size - half_size);
}

std::string mac_text(std::string_view body) {
    return "oauth refresh mac " + std::string{body};
}

base::secret with_mac(const token_hasher& hasher, std::string body) {
    body += half_of(hasher.hash(mac_text(body)).digest);
    return base::secret{std::move(body)};
}

// The id of the pepper that made the token's MAC; empty if none did.
std::string pepper_of(const token_hasher& hasher, std::string_view token) {
    if (token.size() != token_size || !token.starts_with(refresh_token_prefix)) return {};
    const auto mac = token.substr(token_size - half_size);
    for (const auto& candidate : hasher.candidates(mac_text(body_of(token))))
        if (base::equal_constant_time(half_of(candidate.digest), mac)) return candidate.pepper_id;
    return {};
}

}  // namespace

base::secret first_refresh_token(const token_hasher& hasher, std::string_view authorization_id) {
    std::string body{refresh_token_prefix};
    body += authorization_id.substr(id_prefix.size());
    body += half_of(base::random_bytes(16));
    return with_mac(hasher, std::move(body));
}

std::optional<std::string> authorization_of(const token_hasher& hasher, std::string_view token) {
    if (pepper_of(hasher, token).empty()) return {};
    return std::string{id_prefix} + std::string{token.substr(refresh_token_prefix.size(), id_size)};
}

base::secret next_refresh_token(const token_hasher& hasher, std::string_view token) {
    const std::string pepper = pepper_of(hasher, token);
    const auto candidates = hasher.candidates("oauth refresh next " + std::string{body_of(token)});
    const auto own = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const auto& one) { return one.pepper_id == pepper; });
    std::string body{token.substr(0, refresh_token_prefix.size() + id_size)};
    body += half_of(own == candidates.end() ? candidates.front().digest : own->digest);
    return with_mac(hasher, std::move(body));
}

bool stored_as(const token_hasher& hasher, std::string_view token,
               const storage::token_hash& hash) {
    const auto candidates = hasher.candidates(token);
    return std::any_of(candidates.begin(), candidates.end(), [&](const auto& one) {
        return one.pepper_id == hash.pepper_id &&
               base::equal_constant_time(one.digest, hash.digest);
    });
}

}  // namespace tollgate::tenancy::oauth
