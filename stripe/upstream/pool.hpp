// Keep-alive connections of one loop to one upstream: a pool for each host, with separate
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

// A TLS client context: TLS 1.2 and later, peer verified against `ca_file` or, if empty, the
// system's certificate authorities. Throws std::runtime_error if the file cannot be used. Shared by
// all loops; each handshake adds the host's name.
std::shared_ptr<boost::asio::ssl::context> make_client_tls(const std::string& ca_file);

// An upstream with connection pools. If `options` names api.stripe.com, operations of
// files.stripe.com use that host through a separate pool; any other upstream answers for both
// hosts. `deadlines` and `log` outlive it; `tls` is null for plain HTTP. Created and used on one
// loop.
std::unique_ptr<upstream> make_upstream_pool(base::executor where, base::deadline_set& deadlines,
                                             std::shared_ptr<boost::asio::ssl::context> tls,
                                             upstream_options options, base::logger& log);

}  // namespace tollgate::stripe
