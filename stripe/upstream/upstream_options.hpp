// How to reach Stripe or a service.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::stripe {

struct upstream_options {
    std::string host = "api.stripe.com";
    std::string port = "443";
    bool tls = true;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds answer_timeout{50'000};
    std::chrono::milliseconds idle_limit{50'000};   // an idle connection older than this is closed
    std::chrono::milliseconds resolve_ttl{60'000};  // how long a name's addresses are used
    // Per loop and host, including idle ones; teams and accounts have shares of them.
    std::size_t connections_max = 128;
    // Calls waiting for a connection, and as many pages of totals; further ones fail with not_sent.
    std::size_t waiting_max = 4096;
    std::size_t answer_bytes_max = 16 * 1024 * 1024;
    std::string user_agent = "tollgate";
    std::string receiver = "Stripe";  // the receiver's name in sentences
    bool of_service = false;          // the host is that of a service, which has no second host
    bool public_only = false;         // only addresses of the public internet are dialled

    // True for a host to which a live key may be sent.
    bool is_stripe() const {
        return tls && !of_service && (host == "api.stripe.com" || host == "files.stripe.com");
    }
};

// The options for the files host: files.stripe.com for api.stripe.com, otherwise the upstream
// itself.
upstream_options files_options(upstream_options api);

// The options for a service: its host, with the limits and times of `api`.
upstream_options service_options(upstream_options api, const tenancy::service_access& service);

// Parses "https://host[:port]" (RFC 3986 §3) into host, port and tls. Any other part, such as a
// user, a path or a query, is refused. Fails with errc::invalid_argument "bad_url".
base::result<upstream_options> parse_api_base(const std::string& url);

}  // namespace tollgate::stripe
