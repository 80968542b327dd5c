// Port: the company's identity provider (OpenID Connect), as needed for sign-in.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/people/id_token.hpp"

namespace tollgate::tenancy {

// One sign-in in progress in a browser.
struct sign_on_attempt {
    std::string state;
    std::string nonce;
    std::string verifier;      // of PKCE
    std::string redirect_uri;  // our callback
};

// Thread-safe; resumes on the caller's executor. Failures: errc::unavailable "provider_unavailable"
// or "provider_answer"; of claims() also errc::unauthorized "code_refused" and as check_id_token().
class identity_provider {
public:
    virtual ~identity_provider() = default;
    // The address to send the browser to: code flow with PKCE (S256).
    virtual base::awaitable<base::result<std::string>> authorization_address(
        sign_on_attempt attempt) = 0;
    // The provider's claims about the person who returned with that code.
    virtual base::awaitable<base::result<id_claims>> claims(std::string code,
                                                            sign_on_attempt attempt) = 0;
    // The address at which the person signs out of the provider (RP-Initiated Logout 1.0), which
    // then leads back to `return_to`; empty if the provider has none that a browser may be sent to.
    virtual base::awaitable<base::result<std::string>> sign_out_address(std::string return_to) = 0;
    // The configured issuer.
    virtual const std::string& issuer() const = 0;
};

}  // namespace tollgate::tenancy
