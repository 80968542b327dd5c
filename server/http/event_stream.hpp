// The response_stream of a connection: events queued by the handler, written while it works, and a
// watch for the client's leaving.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <string>

#include "base/async.hpp"
#include "base/json_text.hpp"
#include "base/response_stream.hpp"
#include "server/http/write.hpp"

namespace tollgate::server {

// Chunked (RFC 9112 §7.1). Owned by the connection for one request; `stream` and `input` are the
// connection's, and `input` takes what the client sends meanwhile. finish() must be awaited before
// it is destroyed, unless neither open() nor peer_closed() was called.
template <typename Stream>
class event_stream final : public base::response_stream {
public:
    // The most that waits to be written; events beyond it are dropped.
    static constexpr std::size_t queued_bytes_max = std::size_t{256} * 1024;

    event_stream(Stream& stream, boost::beast::flat_buffer& input, bool chunks, bool keep_alive)
        : stream_(stream),
          input_(input),
          done_(stream.get_executor()),
          chunks_(chunks),
          keep_alive_(keep_alive) {}
    event_stream(const event_stream&) = delete;
    event_stream& operator=(const event_stream&) = delete;

    bool opened() const override { return opened_; }
    bool used() const { return opened_ || watching_; }

    void add_header(std::string_view name, std::string_view value) override {
        head_.headers.emplace_back(name, value);
    }

    bool open() override {
        if (opened_ || !chunks_) return opened_;
        opened_ = true;
        head_.content_type = "text/event-stream";
        queued_ = event_stream_head(head_, http_date(), keep_alive_);
        write_more();
        return true;
    }

    void send(std::string_view event) override {
        if (!opened_ || failed_ || queued_.size() + event.size() > queued_bytes_max) return;
        append_chunk(event);
        write_more();
    }

    bool peer_closed() override {
        if (!watching_) watch();
        return peer_closed_ || failed_;
    }

    // Writes what is queued and `last`, ends the body, and stops watching. True when the connection
    // can go on. `last` is not limited.
    base::awaitable<bool> finish(std::string_view last) {
        if (opened_) {
            if (!last.empty()) append_chunk(last);
            queued_ += "0\r\n\r\n";
            write_more();
        }
        while (writing_) co_await wait();
        if (reading_) {
            boost::system::error_code ignored;
            stream_.lowest_layer().cancel(ignored);
        }
        while (reading_) co_await wait();
        co_return !failed_ && !peer_closed_;
    }

private:
    static constexpr std::size_t read_step = std::size_t{4} * 1024;

    void append_chunk(std::string_view text) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string size;
        for (auto rest = text.size(); rest > 0; rest /= 16) size.insert(0, 1, digits[rest % 16]);
        queued_ += size;
        queued_ += "\r\n";
        queued_ += text;
        queued_ += "\r\n";
    }

    void write_more() {
        if (writing_ || failed_ || queued_.empty()) return;
        writing_ = true;
        sending_.swap(queued_);
        queued_.clear();
        boost::asio::async_write(stream_, boost::asio::buffer(sending_),
                                 [this](boost::system::error_code error, std::size_t) {
                                     writing_ = false;
                                     failed_ = failed_ || error;
                                     write_more();
                                     done_.cancel();
                                 });
    }

    // One read: bytes that come are the next request's, its end is the client's leaving.
    void watch() {
        watching_ = true;
        reading_ = true;
        stream_.async_read_some(input_.prepare(read_step),
                                [this](boost::system::error_code error, std::size_t bytes) {
                                    reading_ = false;
                                    input_.commit(bytes);
                                    if (error && error != boost::asio::error::operation_aborted)
                                        peer_closed_ = true;
                                    done_.cancel();
                                });
    }

    base::awaitable<> wait() {
        done_.expires_at(boost::asio::steady_timer::time_point::max());
        boost::system::error_code ignored;
        co_await done_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }

    Stream& stream_;
    boost::beast::flat_buffer& input_;
    boost::asio::steady_timer done_;
    base::http_response head_;
    std::string queued_;
    std::string sending_;
    bool chunks_;
    bool keep_alive_;
    bool opened_ = false;
    bool writing_ = false;
    bool watching_ = false;
    bool reading_ = false;
    bool failed_ = false;
    bool peer_closed_ = false;
};

}  // namespace tollgate::server
