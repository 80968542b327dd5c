// Sends bytes to and from Redis, plain or over TLS.
#pragma once
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <span>
#include <string>

#include "base/async.hpp"
#include "storage/redis/options.hpp"

namespace tollgate::storage {

struct bytes_read {
    boost::system::error_code error;
    std::size_t size = 0;
};

// One connection, used on its loop's thread only. close() may be called at any time: operations in
// progress end with an error.
class redis_transport {
public:
    virtual ~redis_transport() = default;
    // Resolves, connects and, over TLS, performs the handshake; the certificate must name the host.
    virtual base::awaitable<boost::system::error_code> open(const redis_address& to) = 0;
    virtual base::awaitable<bytes_read> read(std::span<char> into) = 0;
    // Writes all of `bytes`, which must live until then.
    virtual base::awaitable<boost::system::error_code> write(const std::string& bytes) = 0;
    virtual void close() noexcept = 0;
};

// The context for rediss://. Throws std::runtime_error if the certificate authorities cannot be
// read.
std::shared_ptr<boost::asio::ssl::context> make_redis_tls(const std::string& ca_file);

// If `tls` is null: plain TCP.
std::unique_ptr<redis_transport> make_redis_transport(
    base::executor where, std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace tollgate::storage
