#include "server/process/bind.hpp"

#include "server/config/load.hpp"

namespace tollgate::server {

namespace {

using base::result;
using boost::asio::ip::tcp;
using boost::system::error_code;

base::failure cannot_listen(const char* key, const std::string& text, const error_code& error) {
    std::string sentence = std::string(key) + ": cannot listen on " + text + ": " + error.message();
    if (error == boost::asio::error::address_in_use)
        sentence +=
            ". Another program listens there, perhaps another Tollgate: stop it, or choose "
            "another port (0 takes a free one).";
    return base::fail(base::errc::unavailable, "cannot_listen", std::move(sentence), key);
}

}  // namespace

connection_options options_of(const config& from) {
    connection_options out;
    out.header_bytes = from.limits.header_bytes;
    out.headers = from.limits.headers;
    out.body_bytes = from.limits.body_bytes;
    out.header = from.timeouts.header;
    out.body = from.timeouts.body;
    out.idle = from.timeouts.idle;
    out.write = from.timeouts.write;
    return out;
}

result<tcp::endpoint> resolve_address(const std::string& text, const char* key) {
    const auto parts = parse_host_port(text);
    if (!parts) return base::invalid("bad_address", std::string(key) + " must be host:port.", key);
    boost::asio::io_context io;
    tcp::resolver resolver{io};
    error_code error;
    const auto found =
        resolver.resolve(parts->host, std::to_string(parts->port), tcp::resolver::passive, error);
    if (error || found.empty()) return cannot_listen(key, text, error);
    return found.begin()->endpoint();
}

result<> check_free(const tcp::endpoint& address, const char* key) {
    if (address.port() == 0) return {};
    boost::asio::io_context io;
    tcp::acceptor probe{io};
    error_code error;
    probe.open(address.protocol(), error);
    if (!error) probe.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) probe.bind(address, error);
    if (error) return cannot_listen(key, to_text(address), error);
    return {};
}

std::string to_text(const tcp::endpoint& address) {
    const std::string host = address.address().to_string();
    const std::string port = std::to_string(address.port());
    return address.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

bool is_every_address(std::string_view address) {
    return address.starts_with("0.0.0.0:") || address.starts_with("[::]:");
}

}  // namespace tollgate::server
