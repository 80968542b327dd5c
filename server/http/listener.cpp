#include "server/http/listener.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::server {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int backlog = 4096;

// Counts a connection while its coroutine exists.
class counted {
public:
    explicit counted(connection_gate& gate) : gate_(gate) { ++gate_.open; }
    ~counted() { --gate_.open; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;

private:
    connection_gate& gate_;
};

base::awaitable<> serve(tcp::socket socket, tls_source* tls, connection_gate& gate, loop& where,
                        const connection_options& options, request_handler& handler) {
    const std::size_t others = gate.open.load(std::memory_order_relaxed);
    if (others >= gate.limit + gate.refusals) co_return;
    const bool full = others >= gate.limit;
    const counted one{gate};
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (full) {
        if (tls == nullptr) co_await turn_away(std::move(socket), where, options, handler);
    } else if (tls != nullptr) {
        co_await serve_tls(std::move(socket), tls->current(), where, options, handler);
    } else {
        co_await serve_plain(std::move(socket), where, options, handler);
    }
}

}  // namespace

base::result<std::shared_ptr<asio::ssl::context>> load_tls(const std::string& certificate,
                                                           const std::string& key) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    error_code error;
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                             asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                         error);
    // For TLS 1.2, only ciphers with forward secrecy; 1.3 has no others.
    SSL_CTX_set_cipher_list(context->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
    context->use_certificate_chain_file(certificate, error);
    if (error)
        return base::invalid("tls_certificate",
                             "cannot use the certificate " + certificate + ": " + error.message(),
                             "tls.certificate");
    context->use_private_key_file(key, asio::ssl::context::pem, error);
    if (error)
        return base::invalid(
            "tls_key",
            "cannot use the private key " + key +
                " (it must be PEM and belong to the certificate): " + error.message(),
            "tls.key");
    return context;
}

listener::listener(loop& where, const tcp::endpoint& address, tls_source* tls,
                   connection_gate& gate, const connection_options& options,
                   request_handler& handler, base::logger& log)
    : loop_(where),
      acceptor_(where.io),
      tls_(tls),
      gate_(gate),
      options_(options),
      handler_(handler),
      log_(log) {
    acceptor_.open(address.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.set_option(reuse_port(true));
    acceptor_.bind(address);
    acceptor_.listen(backlog);
}

base::awaitable<> listener::run() {
    asio::steady_timer pause{loop_.io};
    while (acceptor_.is_open()) {
        tcp::socket socket{loop_.io};
        error_code error;
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (!acceptor_.is_open()) break;
        if (!error) {
            start(std::move(socket));
            continue;
        }
        // Out of file descriptors, or the connection was aborted: wait a moment instead of retrying
        // at once.
        log_.warning("accept_failed", {{"reason", error.message()}});
        pause.expires_after(std::chrono::milliseconds{50});
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

void listener::start(tcp::socket socket) {
    loop_.tasks.spawn("connection",
                      serve(std::move(socket), tls_, gate_, loop_, options_, handler_));
}

void listener::close() {
    error_code ignored;
    acceptor_.close(ignored);
}

}  // namespace tollgate::server
