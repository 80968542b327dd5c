// Routes requests of accounts of other services to those services, and all others to Stripe.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <memory>

#include "base/deadlines.hpp"
#include "base/log.hpp"
#include "stripe/upstream/upstream.hpp"
#include "stripe/upstream/upstream_options.hpp"
#include "tenancy/rules/service_hosts.hpp"

namespace tollgate::stripe {

// How services are reached; the same for every loop.
struct service_reach {
    tenancy::service_hosts allowed{};
    std::shared_ptr<boost::asio::ssl::context> tls{};  // null: no service is allowed
    upstream_options like{};  // the limits and times; each service has its own host
};

// An upstream that uses `stripe` for Stripe accounts. For accounts of a service, it has a pool of
// connections for each host that the operator allows, and refuses requests to any other host with
// "host_refused". References outlive it. Created and used on one loop.
std::unique_ptr<upstream> make_service_router(base::executor where, base::deadline_set& deadlines,
                                              std::unique_ptr<upstream> stripe,
                                              const service_reach& services, base::logger& log);

}  // namespace tollgate::stripe
