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

namespace tollgate::stripe {

struct upstream_options {
    std::string host = "api.stripe.com";
    std::string port = "443";
    bool tls = true;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds answer_timeout{50'000};
    std::chrono::milliseconds idle_limit{50'000};   // an idle connection older than this is closed
    std::chrono::milliseconds resolve_ttl{60'000};  // how long a name's addresses are used
    // Of one loop and host, idle ones included; teams and accounts have shares of them.
    std::size_t connections_max = 128;
    // Calls waiting for a connection, and as many pages of totals; more are refused as not_sent.
    std::size_t waiting_max = 4096;
    std::size_t answer_bytes_max = 16 * 1024 * 1024;
    std::string user_agent = "tollgate";

    // One of the hosts that a live key may be sent to.
    bool is_stripe() const {
        return tls && (host == "api.stripe.com" || host == "files.stripe.com");
    }
};

// How the host of files is reached: files.stripe.com for api.stripe.com, and any other upstream
// itself.
upstream_options files_options(upstream_options api);

// Splits "https://host[:port]" into host, port and tls; a failure when it has another shape.
base::result<upstream_options> parse_api_base(const std::string& url);

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
