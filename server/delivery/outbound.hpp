// A connection to a receiver: TCP or TLS, with one deadline for everything.
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

// What senders have in common. The worker outlives them.
struct network {
    base::worker& blocking;  // resolves names and writes files
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::chrono::milliseconds patience{10'000};  // from connecting to the last byte
    bool public_only = false;  // refuses hosts that have an address in a private network
};

struct ip_endpoint {
    boost::asio::ip::address address;
    unsigned short port = 0;
};

// The addresses of a host, in the order in which they are to be tried. Blocks a thread of the
// worker, never the loop. Fails with errc::unavailable "unreachable".
base::awaitable<base::result<std::vector<ip_endpoint>>> resolve(base::worker& blocking,
                                                                std::string host, std::string port);

// The same for `with.public_only`: a host with any address in a private network is refused, because
// its owner may want us to connect to that one.
base::awaitable<base::result<std::vector<ip_endpoint>>> resolve_allowed(const network& with,
                                                                        std::string host,
                                                                        std::string port);

// "unreachable" with what happened, as a sentence.
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

    // Ends the deadline; later calls share one of `patience` from now.
    void allow(std::chrono::milliseconds patience) { plain().expires_after(patience); }
    // Ends what is running, with asio::error::operation_aborted.
    void close() { plain().close(); }

    // Writes all of `bytes`, which live until then.
    base::awaitable<boost::system::error_code> write(std::string_view bytes);
    // Reads some bytes; none together with an error.
    base::awaitable<std::string_view> read_some(boost::system::error_code& error);

    // Says that nothing more will be written, and waits until the receiver has closed its side,
    // `patience` at most. Fails with errc::unavailable "unreachable" if the connection was reset
    // meanwhile: what was written may not have been read.
    base::awaitable<base::result<>> finish(std::chrono::milliseconds patience);

private:
    boost::beast::tcp_stream& plain() { return stream_.next_layer(); }

    const std::chrono::milliseconds patience_;
    boost::beast::ssl_stream<boost::beast::tcp_stream> stream_;
    std::string buffer_;
    bool tls_ = false;
};

}  // namespace tollgate::server::delivery
