#include "tenancy/oauth/sealed_text.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace tollgate::tenancy::oauth {

namespace {

constexpr std::size_t verifier_min = 43;
constexpr std::size_t verifier_max = 128;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string url_safe(std::string_view bytes) {
    std::string out = base::base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
}

std::optional<std::string> from_url_safe(std::string_view text) {
    std::string padded{text};
    if (padded.find_first_of("+/=") != std::string::npos) return {};
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    while (padded.size() % 4 != 0) padded += '=';
    return base::from_base64(padded);
}

}  // namespace

std::string seal_text(std::string_view key, std::string_view plain, std::string_view purpose) {
    return url_safe(base::aes256gcm_seal(key, plain, purpose));
}

std::optional<std::string> open_text(std::string_view key, std::string_view sealed,
                                     std::string_view purpose) {
    const auto bytes = from_url_safe(sealed);
    if (!bytes) return {};
    return base::aes256gcm_open(key, *bytes, purpose);
}

std::string challenge_of(std::string_view verifier) {
    return url_safe(base::as_view(base::sha256(verifier)));
}

bool is_verifier(std::string_view text) {
    return text.size() >= verifier_min && text.size() <= verifier_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
           });
}

bool is_challenge(std::string_view text) {
    return text.size() == verifier_min && std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '_';
           });
}

}  // namespace tollgate::tenancy::oauth
