#include "server/delivery/address.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tollgate::server::delivery {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t unix_path_max = 107;  // sun_path, with its end

struct authority {
    std::string host;
    std::string port;
};

bool is_port(std::string_view text) {
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, number);
    return done.ec == std::errc{} && done.ptr == end && number >= 1 && number <= 65535;
}

bool is_host_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_';
}

// "host:port", "[::1]:port"; without a port, `default_port` is used if it is not empty.
std::optional<authority> split_authority(std::string_view text, std::string_view default_port) {
    authority out;
    std::string_view rest = text;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return {};
        out.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        boost::system::error_code error;
        boost::asio::ip::make_address_v6(out.host, error);
        if (error) return {};
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        out.host = text.substr(0, colon);
        rest = text.substr(colon);
        if (out.host.empty() || !std::all_of(out.host.begin(), out.host.end(), is_host_character))
            return {};
    }
    if (rest.empty() && default_port.empty()) return {};
    if (!rest.empty() && !rest.starts_with(':')) return {};
    out.port = rest.empty() ? std::string{default_port} : std::string{rest.substr(1)};
    if (!is_port(out.port)) return {};
    return out;
}

bool is_loopback_host(const std::string& host) {
    if (host == "localhost") return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

base::failure bad_webhook() {
    return invalid("bad_webhook",
                   "must be https://host[:port]/path without a user name and a fragment");
}

base::failure bad_syslog() {
    return invalid("bad_syslog",
                   "must be udp://host:port, tcp://host:port, tls://host:port or unix:/path, such "
                   "as unix:/dev/log");
}

}  // namespace

result<webhook_address> parse_webhook(const std::string& text) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    webhook_address out;
    out.tls = text.starts_with(secure);
    if (!out.tls && !text.starts_with(plain)) return bad_webhook();
    const auto printable = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
    if (!std::all_of(text.begin(), text.end(), printable)) return bad_webhook();
    const std::string_view rest =
        std::string_view{text}.substr(out.tls ? secure.size() : plain.size());
    const auto path = std::min(rest.find_first_of("/?"), rest.size());
    out.authority = rest.substr(0, path);
    const auto parts = split_authority(out.authority, out.tls ? "443" : "80");
    if (!parts) return bad_webhook();
    out.host = parts->host;
    out.port = parts->port;
    out.target = rest.substr(path);
    if (!out.target.starts_with('/')) out.target.insert(0, 1, '/');
    if (!out.tls && !is_loopback_host(out.host))
        return invalid("bad_webhook",
                       "must begin with https://; http:// is accepted for a loopback address only");
    return out;
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
    const auto end = text.find("://");
    if (end == std::string::npos) return bad_syslog();
    const std::string_view scheme = std::string_view{text}.substr(0, end);
    if (scheme == "udp")
        out.transport = syslog_transport::udp;
    else if (scheme == "tcp")
        out.transport = syslog_transport::tcp;
    else if (scheme == "tls")
        out.transport = syslog_transport::tls;
    else
        return bad_syslog();
    const auto parts = split_authority(std::string_view{text}.substr(end + 3), {});
    if (!parts) return bad_syslog();
    out.host = parts->host;
    out.port = parts->port;
    return out;
}

}  // namespace tollgate::server::delivery
