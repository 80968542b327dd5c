// The identity provider with which people sign in, from the settings.
#pragma once
#include <boost/asio/io_context.hpp>

#include <memory>

#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// App-lifetime. Does nothing without oidc.issuer.
class sign_on {
public:
    // Turns single sign-on on; `io` runs for as long as the team is looked up. Fails with
    // invalid_argument "ca_file" or "no_such_team", and as read_secret_file().
    base::result<> open(const config& value, boost::asio::io_context& io,
                        tenancy::registry& tenancy);
    // Ends the thread that looks up names, before the loops are destroyed.
    void halt() { blocking_.reset(); }

private:
    std::unique_ptr<base::worker> blocking_;
    std::unique_ptr<tenancy::identity_provider> provider_;
};

}  // namespace tollgate::server
