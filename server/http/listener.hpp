// Accepts connections: one acceptor per loop on the same port (SO_REUSEPORT), so that no loop waits
// for another.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/http/connection.hpp"

namespace tollgate::server {

// The current TLS context. A reload replaces the whole context; connections keep the one they
// started with.
class tls_source {
public:
    std::shared_ptr<boost::asio::ssl::context> current() const {
        const std::lock_guard lock{mutex_};
        return context_;
    }
    void replace(std::shared_ptr<boost::asio::ssl::context> next) {
        const std::lock_guard lock{mutex_};
        context_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

// A server context for TLS 1.2 and later from PEM files; a failure says which file is wrong.
base::result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const std::string& certificate,
                                                                  const std::string& key);

// Counts open connections over all loops.
struct connection_gate {
    std::size_t limit = 10'000;
    // How many connections beyond the limit may wait for a 503 at once; more are closed without an
    // answer.
    std::size_t refusals = 1'000;
    std::atomic<std::size_t> open{0};
};

class listener {
public:
    // Binds and listens at once; throws boost::system::system_error if the address cannot be bound.
    // `tls` is null for plain HTTP. References are app-lifetime.
    listener(loop& where, const boost::asio::ip::tcp::endpoint& address, tls_source* tls,
             connection_gate& gate, const connection_options& options, request_handler& handler,
             base::logger& log);

    boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

    // Accepts until close(). Spawned once on the loop's task group.
    base::awaitable<> run();

    // Stops accepting. Call on the loop.
    void close();

private:
    void start(boost::asio::ip::tcp::socket socket);

    loop& loop_;
    boost::asio::ip::tcp::acceptor acceptor_;
    tls_source* tls_;
    connection_gate& gate_;
    const connection_options& options_;
    request_handler& handler_;
    base::logger& log_;
};

}  // namespace tollgate::server
