#include "server/delivery/address.hpp"

#include <string_view>

#include "base/url.hpp"

namespace tollgate::server::delivery {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t unix_path_max = 107;  // sun_path, with its end

base::failure bad_webhook() {
    return invalid("bad_webhook",
                   "must be https://host[:port]/path without a user name and a fragment; "
                   "characters such as [ ] { } | are written as %5B %5D %7B %7D %7C");
}

base::failure bad_syslog() {
    return invalid("bad_syslog",
                   "must be udp://host:port, tcp://host:port, tls://host:port or unix:/path, such "
                   "as unix:/dev/log");
}

}  // namespace

result<webhook_address> parse_webhook(const std::string& text) {
    const auto parsed = base::parse_url(text);
    if (!parsed || !parsed->is_web()) return bad_webhook();
    if (!parsed->is_https() && !base::is_loopback_host(parsed->host))
        return invalid("bad_webhook",
                       "must begin with https://; http:// is accepted for a loopback address only");
    return webhook_address{parsed->is_https(), parsed->host, std::to_string(parsed->port),
                           parsed->authority(), parsed->target()};
}

result<syslog_address> parse_syslog(const std::string& text) {
    syslog_address out;
    constexpr std::string_view local = "unix:";
    if (text.starts_with(local)) {
        out.transport = syslog_transport::unix_datagram;
        out.host = text.substr(local.size());
        if (!out.host.starts_with('/') || out.host.starts_with("//") ||
            out.host.size() > unix_path_max)
            return bad_syslog();
        return out;
    }
    const auto parsed = base::parse_url(text);
    if (!parsed || !parsed->has_port || !parsed->path.empty() || parsed->has_query)
        return bad_syslog();
    if (parsed->scheme == "udp")
        out.transport = syslog_transport::udp;
    else if (parsed->scheme == "tcp")
        out.transport = syslog_transport::tcp;
    else if (parsed->scheme == "tls")
        out.transport = syslog_transport::tls;
    else
        return bad_syslog();
    out.host = parsed->host;
    out.port = std::to_string(parsed->port);
    return out;
}

}  // namespace tollgate::server::delivery
