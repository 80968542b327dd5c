#include "server/delivery/outbound.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>

#include <algorithm>
#include <utility>

#include "base/public_network.hpp"
#include "tenancy/audit/audit_destination.hpp"

namespace tollgate::server::delivery {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;

constexpr std::size_t read_bytes = 4096;

// The result of a resolver on a worker's thread.
struct found_addresses {
    error_code error;
    std::vector<ip_endpoint> endpoints;
};

found_addresses look_up(const std::string& host, const std::string& port) {
    found_addresses out;
    asio::io_context here;
    tcp::resolver resolver{here};
    const auto entries = resolver.resolve(host, port, out.error);
    if (out.error) return out;
    for (const auto& entry : entries)
        out.endpoints.push_back({entry.endpoint().address(), entry.endpoint().port()});
    return out;
}

bool is_ip(const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    return !error;
}

// True if the receiver ended the connection without loss of data.
bool ended_well(const error_code& error) {
    return !error || error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
           error == beast::error::timeout;
}

}  // namespace

base::failure unreachable(std::string_view doing, const error_code& why) {
    std::string sentence{doing};
    if (why == beast::error::timeout || why == asio::error::timed_out)
        sentence += " took too long";
    else
        sentence += " failed: " + why.message();
    return fail(errc::unavailable, std::string{tenancy::delivery_unreachable}, std::move(sentence));
}

awaitable<result<std::vector<ip_endpoint>>> resolve(base::worker& blocking, std::string host,
                                                    std::string port) {
    auto job = [host = std::move(host), port = std::move(port)] { return look_up(host, port); };
    auto found = co_await base::run_on(blocking, std::move(job));
    if (!found)
        co_return fail(errc::unavailable, std::string{tenancy::delivery_unreachable},
                       "too many names are being looked up");
    if (found->error) co_return unreachable("looking up the name", found->error);
    co_return std::move(found->endpoints);
}

awaitable<result<std::vector<ip_endpoint>>> resolve_allowed(const network& with, std::string host,
                                                            std::string port) {
    auto found = co_await resolve(with.blocking, std::move(host), std::move(port));
    if (!found || !with.public_only) co_return found;
    const bool allowed = std::all_of(found->begin(), found->end(), [](const ip_endpoint& one) {
        return base::is_public(one.address);
    });
    if (allowed) co_return found;
    co_return fail(errc::unavailable, std::string{tenancy::delivery_unreachable},
                   "the host has an address that is not of the public internet");
}

outbound::outbound(base::executor where, const network& with)
    : timeout_(with.timeout), stream_(std::move(where), *with.tls) {}

awaitable<result<>> outbound::connect(const std::vector<ip_endpoint>& to, std::string host,
                                      bool tls) {
    std::vector<tcp::endpoint> endpoints;
    endpoints.reserve(to.size());
    for (const ip_endpoint& one : to) endpoints.emplace_back(one.address, one.port);
    plain().expires_after(timeout_);
    error_code error;
    co_await plain().async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return unreachable("connecting", error);
    tls_ = tls;
    if (!tls) co_return result<>{};
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification(host));
    if (!is_ip(host) && SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str()) != 1)
        co_return unreachable("the TLS handshake", asio::error::invalid_argument);
    co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return unreachable("the TLS handshake", error);
    co_return result<>{};
}

awaitable<error_code> outbound::write(std::string_view bytes) {
    error_code error;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (tls_)
        co_await asio::async_write(stream_, buffer,
                                   asio::redirect_error(asio::use_awaitable, error));
    else
        co_await asio::async_write(plain(), buffer,
                                   asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

awaitable<std::string_view> outbound::read_some(error_code& error) {
    buffer_.resize(read_bytes);
    std::size_t got = 0;
    const auto buffer = asio::buffer(buffer_);
    if (tls_)
        got = co_await stream_.async_read_some(buffer,
                                               asio::redirect_error(asio::use_awaitable, error));
    else
        got = co_await plain().async_read_some(buffer,
                                               asio::redirect_error(asio::use_awaitable, error));
    co_return std::string_view{buffer_}.substr(0, got);
}

awaitable<result<>> outbound::finish(std::chrono::milliseconds timeout) {
    plain().expires_after(timeout);
    error_code error;
    if (tls_) {
        co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
        if (ended_well(error)) co_return result<>{};
        co_return unreachable("closing the connection", error);
    }
    plain().socket().shutdown(tcp::socket::shutdown_send, error);
    constexpr std::size_t unread_bytes_max = std::size_t{64} * 1024;
    for (std::size_t got = 0; !error && got < unread_bytes_max;) {
        const std::string_view bytes = co_await read_some(error);
        got += bytes.size();
    }
    if (ended_well(error)) co_return result<>{};
    co_return unreachable("closing the connection", error);
}

}  // namespace tollgate::server::delivery
