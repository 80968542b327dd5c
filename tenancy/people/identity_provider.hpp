// Port: the company's identity provider (OpenID Connect), as sign-in needs it.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/people/id_token.hpp"

namespace tollgate::tenancy {

// One sign-in on its way through the browser.
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
    // Where the browser is sent: code flow with PKCE (S256).
    virtual base::awaitable<base::result<std::string>> authorization_address(
        sign_on_attempt attempt) = 0;
    // What the provider says of the person who came back with that code.
    virtual base::awaitable<base::result<id_claims>> claims(std::string code,
                                                            sign_on_attempt attempt) = 0;
    // The issuer, as it is set.
    virtual const std::string& issuer() const = 0;
};

}  // namespace tollgate::tenancy
