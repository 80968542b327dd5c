// ID tokens of a company's identity provider (OpenID Connect Core 1.0 §2, §3.1.3.7), and the
// documents needed to check them. Pure: bytes in, values out.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::tenancy {

// The contents of the discovery document (OpenID Connect Discovery 1.0 §3).
struct provider_metadata {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    std::string userinfo_endpoint;     // or empty
    std::string end_session_endpoint;  // or empty (OpenID Connect RP-Initiated Logout 1.0 §2.1)
};

// A public key of the provider (RFC 7517): RSA, or on the curve P-256.
struct provider_key {
    std::string id;                 // empty: it has none
    std::string modulus, exponent;  // of RSA; otherwise empty
    std::string x, y;               // of P-256; otherwise empty
};

// The values that a token must have.
struct token_expectations {
    std::string issuer;
    std::string client_id;
    std::string nonce;
    base::timestamp now;
};

struct id_claims {
    std::string issuer;
    std::string subject;
    std::string email;
    bool email_verified = false;
    std::string name;
    // Every claim whose value is a string or a list of strings.
    std::map<std::string, std::vector<std::string>, std::less<>> words{};
};

// All decode functions fail with errc::unavailable "provider_answer" and a sentence for the log.
base::result<provider_metadata> decode_provider(std::string_view body);
// Keys of other kinds, or for encryption, are left out.
base::result<std::vector<provider_key>> decode_provider_keys(std::string_view body);
// What the token endpoint answered.
struct token_answer {
    base::secret id_token;
    base::secret access_token;  // for the UserInfo endpoint; empty if it has none that can be sent
};
base::result<token_answer> decode_token_answer(std::string_view body);
// Adds what the UserInfo endpoint (OpenID Connect Core 1.0 §5.3) says of the same person to what
// the ID token leaves out. The answer must be JSON of the same subject.
base::result<> add_user_info(id_claims& claims, std::string_view body);

// The key id in a token's header; empty if it has none or the token is malformed.
std::string key_id_of(std::string_view token);

// Checks the signature (RS256 or ES256, with the key that the token names), issuer, audience,
// nonce, expiry and issue time, allowing a minute of clock difference. Fails with
// errc::unauthorized "bad_id_token" and a sentence for the log, or "unknown_key" if no key matches.
base::result<id_claims> check_id_token(std::string_view token,
                                       const std::vector<provider_key>& keys,
                                       const token_expectations& expected);

}  // namespace tollgate::tenancy
