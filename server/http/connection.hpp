// One client connection: reads requests, passes them to a handler one at a time, writes the
// responses.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>

#include "base/async.hpp"
#include "server/http/handler.hpp"
#include "server/http/loop.hpp"

namespace tollgate::server {

struct connection_options {
    std::size_t header_bytes = 16 * 1024;
    std::size_t headers = 64;
    std::size_t body_bytes = 1024 * 1024;
    std::chrono::milliseconds header{10'000};
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds idle{75'000};
    std::chrono::milliseconds write{30'000};
};

// Serves `socket` until the client closes it, a deadline passes, a request cannot be read, or the
// loop drains. Requests are answered in order of arrival (pipelined ones wait in the read buffer),
// so that a connection has one request in progress. Everything passed by reference is app-lifetime.
// Runs on `where`'s loop, to which the socket belongs.
base::awaitable<> serve_plain(boost::asio::ip::tcp::socket socket, loop& where,
                              const connection_options& options, request_handler& handler);

// The same behind TLS; the handshake counts against the header deadline. `context` is kept until
// the connection ends.
base::awaitable<> serve_tls(boost::asio::ip::tcp::socket socket,
                            std::shared_ptr<boost::asio::ssl::context> context, loop& where,
                            const connection_options& options, request_handler& handler);

// Answers 503 with Retry-After and closes, because the connection limit is reached.
base::awaitable<> turn_away(boost::asio::ip::tcp::socket socket, loop& where,
                            const connection_options& options, request_handler& handler);

}  // namespace tollgate::server
