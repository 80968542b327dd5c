// Addresses of webhooks and syslog receivers, as written in settings.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace tollgate::server::delivery {

struct webhook_address {
    bool tls = true;
    std::string host;       // without brackets
    std::string port;       // digits
    std::string authority;  // for the Host header
    std::string target;     // path and query; begins with '/'
};

// Parses "https://host[:port][/path]". Plain http is accepted only for a loopback address or
// localhost. What base::parse_url() refuses is refused. Fails
// with invalid_argument "bad_webhook" and the end of a sentence, "must be …", which does not repeat
// the address, because it may contain a secret.
base::result<webhook_address> parse_webhook(const std::string& text);

enum class syslog_transport : std::uint8_t { udp, tcp, tls, unix_datagram };

struct syslog_address {
    syslog_transport transport = syslog_transport::udp;
    std::string host;  // without brackets; for a Unix socket, its path
    std::string port;  // digits; empty for a Unix socket
};

// "udp://host:port", "tcp://host:port", "tls://host:port" or "unix:/dev/log". Fails with
// invalid_argument "bad_syslog" and the end of a sentence: "must be …".
base::result<syslog_address> parse_syslog(const std::string& text);

}  // namespace tollgate::server::delivery
