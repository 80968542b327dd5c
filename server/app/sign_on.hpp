// The identity provider with which people sign in, as named in the settings.
#pragma once
#include <boost/asio/io_context.hpp>

#include <memory>

#include "base/worker.hpp"
#include "server/config/config.hpp"
#include "tenancy/people/single_sign_on.hpp"

namespace tollgate::tenancy {
class teams;
}  // namespace tollgate::tenancy

namespace tollgate::server {

// App-lifetime. Does nothing without oidc.issuer.
class sign_on {
public:
    // Turns single sign-on on, running `io` on this thread while it looks up the team. Fails with
    // invalid_argument "ca_file" or "no_such_team", and as read_role_map(), read_secret_file() and
    // teams::get().
    base::result<> open(const config& value, boost::asio::io_context& io, tenancy::teams& teams,
                        tenancy::single_sign_on& people, const base::clock& clock);
    // Stops the thread that resolves names; call before the loops are destroyed.
    void halt() { blocking_.reset(); }

private:
    std::unique_ptr<base::worker> blocking_;
    std::unique_ptr<tenancy::identity_provider> provider_;
};

}  // namespace tollgate::server
