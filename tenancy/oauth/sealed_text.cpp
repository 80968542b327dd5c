#include "tenancy/oauth/sealed_text.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace tollgate::tenancy::oauth {

namespace {

constexpr std::size_t verifier_min = 43;
constexpr std::size_t verifier_max = 128;

}  // namespace

std::string seal_text(std::string_view key, std::string_view plain, std::string_view purpose) {
    return base::base64url(base::aes256gcm_seal(key, plain, purpose));
}

std::optional<std::string> open_text(std::string_view key, std::string_view sealed,
                                     std::string_view purpose) {
    const auto bytes = base::from_base64url(sealed);
    if (!bytes) return {};
    return base::aes256gcm_open(key, *bytes, purpose);
}

std::string challenge_of(std::string_view verifier) {
    return base::base64url(base::as_view(base::sha256(verifier)));
}

bool is_verifier(std::string_view text) {
    return text.size() >= verifier_min && text.size() <= verifier_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return base::is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
           });
}

bool is_challenge(std::string_view text) {
    return text.size() == verifier_min && std::all_of(text.begin(), text.end(), [](char c) {
               return base::is_letter_or_digit(c) || c == '-' || c == '_';
           });
}

}  // namespace tollgate::tenancy::oauth
