// Keep-alive connections of one loop to one upstream: a pool for each of its hosts, and in it
// connections for each integrated account.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/deadlines.hpp"
#include "base/log.hpp"
#include "stripe/upstream/upstream.hpp"
#include "stripe/upstream/upstream_options.hpp"

namespace tollgate::stripe {

// A TLS client context: TLS 1.2 and later, peer verified against `ca_file` or, when empty, the
// system's authorities. Throws std::runtime_error when the file cannot be used. Shared by all
// loops; the handshakes add the host's name.
std::shared_ptr<boost::asio::ssl::context> make_client_tls(const std::string& ca_file);

// An upstream over pools. When `options` names api.stripe.com, what Stripe answers on
// files.stripe.com goes there, over a pool of its own; any other upstream answers for both hosts.
// `deadlines` and `log` outlive it; `tls` is null for plain HTTP. Made and
// used on one loop.
std::unique_ptr<upstream> make_upstream_pool(base::executor where, base::deadline_set& deadlines,
                                             std::shared_ptr<boost::asio::ssl::context> tls,
                                             upstream_options options, base::logger& log);

}  // namespace tollgate::stripe
