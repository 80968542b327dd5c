#include "stripe/upstream/connection.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <sys/socket.h>

#include "base/write_at_once.hpp"
#include "stripe/upstream/response_reader.hpp"

namespace tollgate::stripe {

// Used on one loop only.
struct tls_sessions {
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> last{nullptr, &SSL_SESSION_free};
};

std::shared_ptr<tls_sessions> make_tls_sessions() {
    return std::make_shared<tls_sessions>();
}

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = asio::ssl::stream<tcp::socket>;

// With enough room, large answers need few reads; most answers are small.
constexpr std::size_t read_room_first = 16 * 1024;
constexpr std::size_t read_room_max = 128 * 1024;
constexpr std::size_t header_bytes_max = 64 * 1024;
// The most unparsed bytes kept: a header, a chunk's extensions, or trailers.
constexpr std::size_t unparsed_max = header_bytes_max + read_room_max;
constexpr int interim_answers_max = 8;

tcp::socket& lowest(tcp::socket& stream) {
    return stream;
}
tcp::socket& lowest(tls_stream& stream) {
    return stream.next_layer();
}

template <typename Stream>
class connection : public upstream_connection, public base::deadline_entry {
public:
    // `stream` are the arguments of the stream's constructor: a TLS stream must not be moved.
    template <typename... Args>
    connection(base::deadline_set& deadlines, const upstream_options& options, Args&&... stream)
        : stream_(std::forward<Args>(stream)...), options_(options) {
        deadlines.add(*this);
    }

    base::awaitable<base::result<>> open(const endpoints& addresses, time_point deadline) override {
        this->expire_at(deadline);
        error_code error;
        co_await asio::async_connect(lowest(stream_), addresses,
                                     asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            lowest(stream_).set_option(tcp::no_delay(true), error);
            error = co_await greet();
        }
        this->disarm();
        if (!error) {
            usable_ = true;
            idle_since_ = std::chrono::steady_clock::now();
            co_return base::result<>{};
        }
        if (timed_out_)
            co_return base::fail(base::errc::deadline_exceeded, "not_sent",
                                 "no connection in time");
        co_return base::fail(base::errc::unavailable, "not_sent", error.message());
    }

    base::awaitable<exchange_end> exchange(const std::string& request, upstream_response& answer,
                                           time_point deadline) override {
        usable_ = false;
        timed_out_ = false;
        this->expire_at(deadline);
        error_code error;
        std::array<asio::const_buffer, 1> parts{asio::buffer(request)};
        if (!base::write_at_once(stream_, parts, error) && !error)
            co_await asio::async_write(stream_, parts,
                                       asio::redirect_error(asio::use_awaitable, error));
        exchange_end end = exchange_end::write_failed;
        if (!error) end = co_await read(answer);
        this->disarm();
        ++exchanges_;
        idle_since_ = std::chrono::steady_clock::now();
        co_return end;
    }

    void give_up() noexcept override { this->expire_at({}); }
    bool timed_out() const override { return timed_out_; }
    bool reusable() const override { return usable_; }
    bool quiet() override {
        char byte = 0;
        const auto got = ::recv(lowest(stream_).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && !has_unread();
    }
    void release_memory() noexcept override {
        if (buffer_.capacity() <= read_room_first) return;
        read_room_ = read_room_first;
        buffer_.consume(buffer_.size());
        buffer_.shrink_to_fit();
    }
    int exchanges() const override { return exchanges_; }
    time_point idle_since() const override { return idle_since_; }

protected:
    virtual base::awaitable<error_code> greet() { co_return error_code{}; }

    // True when the stream holds bytes that were received and not read.
    virtual bool has_unread() { return false; }

    Stream stream_;
    const upstream_options& options_;

private:
    void deadline_passed() noexcept override {
        timed_out_ = true;
        error_code ignored;
        lowest(stream_).close(ignored);
    }

    // Reads until the final answer is complete.
    base::awaitable<exchange_end> read(upstream_response& answer) {
        received_ = 0;
        for (int interim = 0;; ++interim) {
            response_reader parser{answer, header_bytes_max, options_.answer_bytes_max};
            const exchange_end end = co_await read_message(parser);
            if (end != exchange_end::answered) co_return end;
            if (answer.status >= 200) {
                // Bytes after the answer belong to no request of ours.
                usable_ = parser.keep_alive() && buffer_.size() == 0 && !has_unread();
                co_return end;
            }
            if (answer.status == 101 || interim == interim_answers_max)
                co_return exchange_end::broken;
            answer = {};
        }
    }

    // Reads one answer, interim or final.
    base::awaitable<exchange_end> read_message(response_reader& parser) {
        for (;;) {
            const exchange_end fed = feed(parser);
            if (fed != exchange_end::answered || parser.is_done()) co_return fed;
            if (buffer_.size() > unparsed_max || received_ > bytes_max())
                co_return exchange_end::too_large;
            error_code error;
            const std::size_t got = co_await stream_.async_read_some(
                buffer_.prepare(read_room_), asio::redirect_error(asio::use_awaitable, error));
            buffer_.commit(got);
            received_ += got;
            if (got == read_room_) read_room_ = std::min(4 * read_room_, read_room_max);
            if (error == asio::error::eof && received_ > 0) {
                error_code ignored;
                parser.put_eof(ignored);
                if (parser.is_done() && !ignored) co_return exchange_end::answered;
            }
            if (error) co_return received_ > 0 ? exchange_end::broken : exchange_end::closed_unread;
        }
    }

    // The most bytes of one answer: its body and its framing.
    std::size_t bytes_max() const { return options_.answer_bytes_max + header_bytes_max; }

    // Passes the received bytes to the parser.
    exchange_end feed(response_reader& parser) {
        while (buffer_.size() > 0 && !parser.is_done()) {
            error_code error;
            buffer_.consume(parser.put(buffer_.data(), error));
            if (error == http::error::need_more) break;
            if (error == http::error::body_limit || error == http::error::header_limit)
                return exchange_end::too_large;
            if (error) return exchange_end::broken;
        }
        return exchange_end::answered;
    }

    boost::beast::flat_buffer buffer_;
    std::size_t read_room_ = read_room_first;
    std::size_t received_ = 0;  // of the answer being read
    time_point idle_since_{};
    int exchanges_ = 0;
    bool usable_ = false;
    bool timed_out_ = false;
};

class plain_connection final : public connection<tcp::socket> {
public:
    using connection::connection;
};

class secure_connection final : public connection<tls_stream> {
public:
    secure_connection(base::deadline_set& deadlines, const upstream_options& options,
                      tcp::socket socket, std::shared_ptr<asio::ssl::context> context,
                      std::shared_ptr<tls_sessions> sessions)
        : connection(deadlines, options, std::move(socket), *context),
          context_(std::move(context)),
          sessions_(std::move(sessions)) {}

    // TLS 1.3 sends its tickets after the handshake, so the session is saved when the connection is
    // closed.
    ~secure_connection() override {
        if (exchanges() == 0) return;
        SSL* const handle = stream_.native_handle();
        sessions_->last.reset(SSL_get1_session(handle));
        // OpenSSL treats a connection that is freed without this as truncated, and then does not
        // resume its session.
        SSL_set_shutdown(handle, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }

protected:
    base::awaitable<error_code> greet() override {
        error_code error;
        stream_.set_verify_mode(asio::ssl::verify_peer, error);
        if (error) co_return error;
        stream_.set_verify_callback(asio::ssl::host_name_verification(options_.host), error);
        if (error) co_return error;
        SSL* const handle = stream_.native_handle();
        // SSL_set_tlsext_host_name is a macro with an old-style cast.
        SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(options_.host.c_str()));
        if (sessions_->last) SSL_set_session(handle, sessions_->last.get());
        co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, error));
        co_return error;
    }

    // Checks what OpenSSL has already received; records without data (session tickets) are
    // processed.
    bool has_unread() override {
        char byte = 0;
        SSL* const handle = stream_.native_handle();
        ERR_clear_error();
        const int got = SSL_peek(handle, &byte, 1);
        return got > 0 || SSL_get_error(handle, got) != SSL_ERROR_WANT_READ;
    }

private:
    std::shared_ptr<asio::ssl::context> context_;
    std::shared_ptr<tls_sessions> sessions_;
};

}  // namespace

std::unique_ptr<upstream_connection> make_plain_connection(base::executor where,
                                                           base::deadline_set& deadlines,
                                                           const upstream_options& options) {
    return std::make_unique<plain_connection>(deadlines, options, std::move(where));
}

std::unique_ptr<upstream_connection> make_tls_connection(
    base::executor where, base::deadline_set& deadlines, const upstream_options& options,
    std::shared_ptr<asio::ssl::context> context, std::shared_ptr<tls_sessions> sessions) {
    return std::make_unique<secure_connection>(deadlines, options, tcp::socket{where},
                                               std::move(context), std::move(sessions));
}

}  // namespace tollgate::stripe
