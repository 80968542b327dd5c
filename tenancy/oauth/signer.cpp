#include "tenancy/oauth/signer.hpp"

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace tollgate::tenancy::oauth {

namespace {

// {"alg":"HS256","typ":"at+jwt"} in base64url, and the dot after it. No other header is accepted,
// so that a token cannot choose how it is checked (RFC 8725 §3.1).
constexpr std::string_view our_header = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.";
constexpr std::size_t token_size_max = 4096;

std::string signature_of(const base::secret& key, std::string_view signed_text) {
    return base::base64url(base::as_view(base::hmac_sha256(key.reveal(), signed_text)));
}

}  // namespace

std::string token_signer::sign(std::string_view payload) const {
    std::string out{our_header};
    out += base::base64url(payload);
    const std::string signature = signature_of(key_, out);
    return out.append(".").append(signature);
}

// Compares the encoded text, so that a signature has only one valid encoding (RFC 7515 §5.2
// compares octets; RFC 4648 §3.5 explains why several encodings could decode to the same octets).
std::optional<std::string> token_signer::open(std::string_view token) const {
    if (token.size() > token_size_max || !token.starts_with(our_header)) return {};
    const auto point = token.rfind('.');
    if (point < our_header.size()) return {};
    const auto signed_text = token.substr(0, point);
    if (!base::equal_constant_time(signature_of(key_, signed_text), token.substr(point + 1)))
        return {};
    return base::from_base64url(signed_text.substr(our_header.size()));
}

}  // namespace tollgate::tenancy::oauth
