// The company's identity provider over HTTPS: OpenID Connect discovery, the code flow with PKCE,
// and the keys that sign its ID tokens.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "server/delivery/outbound.hpp"
#include "tenancy/people/identity_provider.hpp"

namespace tollgate::server::delivery {

struct sign_on_client {
    std::string issuer;
    std::string client_id;
    base::secret client_secret;       // empty: a public client, which PKCE protects
    std::vector<std::string> scopes;  // besides openid
};

// Documents of the provider are cached for an hour; for an unknown key the keys are fetched again.
// `with.blocking` and `clock` outlive the result.
std::unique_ptr<tenancy::identity_provider> make_sign_on_provider(sign_on_client client,
                                                                  network with,
                                                                  const base::clock& clock);

}  // namespace tollgate::server::delivery
