#include "server/delivery/syslog_client.hpp"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace tollgate::server::delivery {

namespace {

namespace asio = boost::asio;
using base::awaitable;
using base::result;
using boost::system::error_code;

constexpr std::size_t datagram_bytes_max = 65'000;
constexpr std::chrono::milliseconds close_timeout{2'000};

// Sends each event as a datagram; a send that takes too long is cancelled.
template <typename Socket>
awaitable<error_code> send_each(const syslog_sender& from, std::shared_ptr<Socket> socket,
                                std::chrono::milliseconds timeout,
                                const std::vector<syslog_event>& events) {
    asio::steady_timer deadline{socket->get_executor(), timeout};
    deadline.async_wait([socket](error_code cancelled) {
        error_code ignored;
        if (!cancelled) socket->cancel(ignored);
    });
    error_code error;
    for (const syslog_event& event : events) {
        const std::string message = syslog_datagram(from, event, datagram_bytes_max);
        co_await socket->async_send(asio::buffer(message),
                                    asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted) error = asio::error::timed_out;
        if (error) break;
    }
    deadline.cancel();
    co_return error;
}

}  // namespace

awaitable<result<>> syslog_client::send(const std::vector<syslog_event>& events) {
    switch (to_.transport) {
        case syslog_transport::udp:
            return send_udp(events);
        case syslog_transport::unix_datagram:
            return send_unix(events);
        case syslog_transport::tcp:
        case syslog_transport::tls:
            break;
    }
    return send_stream(events);
}

awaitable<result<>> syslog_client::send_stream(const std::vector<syslog_event>& events) {
    const auto here = co_await asio::this_coro::executor;
    const auto endpoints = co_await resolve(with_.blocking, to_.host, to_.port);
    if (!endpoints) co_return endpoints.error();
    outbound connection{here, with_};
    const bool tls = to_.transport == syslog_transport::tls;
    auto connected = co_await connection.connect(*endpoints, to_.host, tls);
    if (!connected) co_return connected.error();
    std::string bytes;
    for (const syslog_event& event : events) append_counted(bytes, syslog_message(from_, event));
    const error_code unwritten = co_await connection.write(bytes);
    if (unwritten) co_return unreachable("sending", unwritten);
    auto finished = co_await connection.finish(close_timeout);
    co_return finished;
}

awaitable<result<>> syslog_client::send_udp(const std::vector<syslog_event>& events) {
    const auto here = co_await asio::this_coro::executor;
    const auto endpoints = co_await resolve(with_.blocking, to_.host, to_.port);
    if (!endpoints) co_return endpoints.error();
    using asio::ip::udp;
    const udp::endpoint to{endpoints->front().address, endpoints->front().port};
    auto socket = std::make_shared<udp::socket>(here);
    error_code error;
    socket->connect(to, error);  // does not wait: it only sets the address
    if (!error) error = co_await send_each(from_, std::move(socket), with_.timeout, events);
    if (error) co_return unreachable("sending", error);
    co_return result<>{};
}

awaitable<result<>> syslog_client::send_unix(const std::vector<syslog_event>& events) {
    const auto here = co_await asio::this_coro::executor;
    using protocol = asio::local::datagram_protocol;
    auto socket = std::make_shared<protocol::socket>(here);
    error_code error;
    socket->connect(protocol::endpoint{to_.host}, error);  // does not wait
    if (!error) error = co_await send_each(from_, std::move(socket), with_.timeout, events);
    if (error) co_return unreachable("sending to the socket", error);
    co_return result<>{};
}

}  // namespace tollgate::server::delivery
