// The identity provider with which people sign in, from the settings.
#pragma once
#include <memory>

#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// App-lifetime. Does nothing without oidc.issuer.
class sign_on {
public:
    // Turns single sign-on on. Fails with invalid_argument "ca_file", and as read_secret_file().
    base::result<> open(const config& value, tenancy::registry& tenancy);
    // Ends the thread that looks up names, before the loops are destroyed.
    void halt() { blocking_.reset(); }

private:
    std::unique_ptr<base::worker> blocking_;
    std::unique_ptr<tenancy::identity_provider> provider_;
};

}  // namespace tollgate::server
