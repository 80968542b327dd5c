// A connection to a receiver: TCP or TLS, with one deadline for all its operations.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"

namespace tollgate::server::delivery {

// The shared dependencies of senders. The worker outlives them.
struct network {
    base::worker& blocking;  // resolves names and writes files
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::chrono::milliseconds timeout{10'000};  // from connecting to the last byte
    bool public_only = false;  // refuses hosts that have an address in a private network
};

struct ip_endpoint {
    boost::asio::ip::address address;
    unsigned short port = 0;
};

// Resolves a host into its addresses, in the order to try them. Blocks a thread of the worker,
// never the loop. Fails with errc::unavailable "unreachable".
base::awaitable<base::result<std::vector<ip_endpoint>>> resolve(base::worker& blocking,
                                                                std::string host, std::string port);

// As resolve(), and also applies `with.public_only`: a host with any address in a private network
// is refused, because its owner could make us connect to that address.
base::awaitable<base::result<std::vector<ip_endpoint>>> resolve_allowed(const network& with,
                                                                        std::string host,
                                                                        std::string port);

// The failure "unreachable", with a sentence on what happened.
base::failure unreachable(std::string_view doing, const boost::system::error_code& why);

// Used on one loop; awaited directly by its owner.
class outbound {
public:
    // `where` is the executor of the coroutine that uses it.
    outbound(base::executor where, const network& with);

    // Connects, for TLS as a client that verifies the certificate and the name. All later calls
    // share the deadline. Fails with errc::unavailable "unreachable".
    base::awaitable<base::result<>> connect(const std::vector<ip_endpoint>& to, std::string host,
                                            bool tls);

    // Replaces the deadline: later calls share one that ends `timeout` from now.
    void allow(std::chrono::milliseconds timeout) { plain().expires_after(timeout); }
    // Cancels the running operation, which ends with asio::error::operation_aborted.
    void close() { plain().close(); }

    // Writes all of `bytes`, which live until then.
    base::awaitable<boost::system::error_code> write(std::string_view bytes);
    // Reads at least one byte; returns an empty view with an error.
    base::awaitable<std::string_view> read_some(boost::system::error_code& error);

    // Shuts down the sending side, and waits at most `timeout` until the receiver has closed its
    // side. Fails with errc::unavailable "unreachable" if the connection was reset: the written
    // bytes may then not have been read.
    base::awaitable<base::result<>> finish(std::chrono::milliseconds timeout);

private:
    boost::beast::tcp_stream& plain() { return stream_.next_layer(); }

    const std::chrono::milliseconds timeout_;
    boost::beast::ssl_stream<boost::beast::tcp_stream> stream_;
    std::string buffer_;
    bool tls_ = false;
};

}  // namespace tollgate::server::delivery
