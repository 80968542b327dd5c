#include "storage/redis/transport.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>

#include "base/trusted_authorities.hpp"

namespace tollgate::storage {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = asio::ssl::stream<tcp::socket>;

tcp::socket& lowest(tcp::socket& stream) {
    return stream;
}
tcp::socket& lowest(tls_stream& stream) {
    return stream.next_layer();
}

template <typename Stream>
class transport : public redis_transport {
public:
    template <typename... Args>
    explicit transport(base::executor where, Args&&... stream)
        : stream_(std::forward<Args>(stream)...), resolver_(where) {}

    base::awaitable<error_code> open(const redis_address& to) override {
        error_code error;
        const auto found = co_await resolver_.async_resolve(
            to.host, to.port, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return error;
        if (closed_) co_return asio::error::operation_aborted;
        co_await asio::async_connect(lowest(stream_), found,
                                     asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return error;
        lowest(stream_).set_option(tcp::no_delay(true), error);
        lowest(stream_).set_option(asio::socket_base::keep_alive(true), error);
        if (error) co_return error;
        co_return co_await greet(to);
    }

    base::awaitable<bytes_read> read(std::span<char> into) override {
        bytes_read out;
        out.size =
            co_await stream_.async_read_some(asio::buffer(into.data(), into.size()),
                                             asio::redirect_error(asio::use_awaitable, out.error));
        co_return out;
    }

    base::awaitable<error_code> write(const std::string& bytes) override {
        error_code error;
        co_await asio::async_write(stream_, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, error));
        co_return error;
    }

    void close() noexcept override {
        closed_ = true;
        resolver_.cancel();
        error_code ignored;
        lowest(stream_).close(ignored);
    }

protected:
    virtual base::awaitable<error_code> greet(const redis_address&) { co_return error_code{}; }

    Stream stream_;

private:
    tcp::resolver resolver_;
    bool closed_ = false;
};

class plain_transport final : public transport<tcp::socket> {
public:
    explicit plain_transport(const base::executor& where) : transport(where, where) {}
};

class tls_transport final : public transport<tls_stream> {
public:
    tls_transport(const base::executor& where, std::shared_ptr<asio::ssl::context> context)
        : transport(where, where, *context), context_(std::move(context)) {}

protected:
    base::awaitable<error_code> greet(const redis_address& to) override {
        error_code error;
        stream_.set_verify_mode(asio::ssl::verify_peer, error);
        if (error) co_return error;
        stream_.set_verify_callback(asio::ssl::host_name_verification(to.host), error);
        if (error) co_return error;
        // SSL_set_tlsext_host_name is a macro with an old-style cast.
        SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(to.host.c_str()));
        co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, error));
        co_return error;
    }

private:
    std::shared_ptr<asio::ssl::context> context_;
};

}  // namespace

std::shared_ptr<asio::ssl::context> make_redis_tls(const std::string& ca_file) {
    auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    error_code error;
    base::trust_authorities(*out, ca_file, error);
    if (error)
        throw std::runtime_error("cannot read the authorities for Redis" +
                                 (ca_file.empty() ? std::string{} : " from " + ca_file) + ": " +
                                 error.message());
    return out;
}

std::unique_ptr<redis_transport> make_redis_transport(base::executor where,
                                                      std::shared_ptr<asio::ssl::context> tls) {
    if (!tls) return std::make_unique<plain_transport>(where);
    return std::make_unique<tls_transport>(where, std::move(tls));
}

}  // namespace tollgate::storage
