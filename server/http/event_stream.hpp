// The response_stream of a connection: writes the handler's queued events while it runs, and
// watches for a disconnect.
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

// Notified when a write of a kept stream begins and ends, so that a write can have a deadline.
class write_watch {
public:
    virtual ~write_watch() = default;
    virtual void writing(bool begun) noexcept = 0;
};

// Chunked (RFC 9112 §7.1). Owned by the connection for one request. `stream`, `input` and `watch`
// belong to the connection, and `input` receives what the client sends while the stream is open.
// finish() must be awaited before destruction, unless neither open() nor peer_closed() was called.
template <typename Stream>
class event_stream final : public base::response_stream {
public:
    // The limit on queued bytes. While the handler runs, events beyond it are dropped; the final
    // answer is not. A kept stream may carry many answers at once; a client with more queued bytes
    // is disconnected.
    static constexpr std::size_t queued_bytes_max = std::size_t{256} * 1024;
    static constexpr std::size_t kept_bytes_max = std::size_t{4} * 1024 * 1024;

    event_stream(Stream& stream, boost::beast::flat_buffer& input, write_watch& watch, bool chunks,
                 bool keep_alive)
        : stream_(stream),
          input_(input),
          watch_(watch),
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
        if (!opened_ || failed_ || ended_) return;
        const std::size_t waiting = queued_.size() + event.size();
        if (!keeper_ && waiting > queued_bytes_max) return;
        // A single message of any size may be queued.
        if (keeper_ && waiting > kept_bytes_max && !queued_.empty()) return cut();
        append_chunk(queued_, event);
        write_more();
    }

    std::size_t waiting() const override {
        return queued_.size() + (writing_ ? sending_.size() : 0);
    }

    bool peer_closed() override {
        if (!watching_) watch();
        return peer_closed_ || failed_;
    }

    void keep(std::unique_ptr<base::stream_keeper> keeper) override {
        keeper_ = std::move(keeper);
        kept_ = true;
        keeper_->take(*this);
    }
    bool kept() const { return kept_; }

    void end(std::string_view last) override {
        if (ended_ || failed_) return;
        if (!last.empty()) append_chunk(queued_, last);
        write_more();
        ended_ = true;
        done_.cancel();
    }

    // For a kept stream: returns when the stream has ended, and destroys its keeper. Call finish()
    // next.
    base::awaitable<> until_over() {
        if (input_.size() == 0) input_ = {};  // frees the buffer: ten thousand streams wait at once
        if (!watching_) watch_for_input();
        while (!ended_ && !failed_ && !peer_closed_) co_await wait();
        ended_ = true;
        keeper_.reset();
    }

    // Writes the queue and `last`, ends the body, and stops watching. True if the connection can
    // continue. `last` is not limited.
    base::awaitable<bool> finish(std::string_view last) {
        if (opened_) {
            if (!last.empty()) append_chunk(queued_, last);
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

    void write_more() {
        if (writing_ || failed_ || queued_.empty()) return;
        writing_ = true;
        sending_.swap(queued_);
        queued_.clear();
        if (keeper_) watch_.writing(true);
        boost::asio::async_write(stream_, boost::asio::buffer(sending_),
                                 [this](boost::system::error_code error, std::size_t) {
                                     writing_ = false;
                                     failed_ = failed_ || error;
                                     if (keeper_ && queued_.empty()) rest();
                                     write_more();
                                     if (!keeper_ || failed_) done_.cancel();
                                 });
    }

    // Frees the buffers, because the next write may be a long time away.
    void rest() {
        watch_.writing(false);
        sending_ = {};
        queued_ = {};
    }

    // Disconnects a client that does not read.
    void cut() {
        failed_ = true;
        boost::system::error_code ignored;
        stream_.lowest_layer().close(ignored);
        done_.cancel();
    }

    // As watch(), but without a buffer until there is something to read.
    void watch_for_input() {
        watching_ = true;
        reading_ = true;
        stream_.lowest_layer().async_wait(boost::asio::socket_base::wait_read,
                                          [this](boost::system::error_code error) {
                                              reading_ = false;
                                              if (!error) return watch();
                                              failed_ = failed_ || !ended_;
                                              done_.cancel();
                                          });
    }

    // One read: received bytes belong to the next request; the end of input is a disconnect.
    void watch() {
        watching_ = true;
        reading_ = true;
        stream_.async_read_some(input_.prepare(read_step),
                                [this](boost::system::error_code error, std::size_t bytes) {
                                    reading_ = false;
                                    input_.commit(bytes);
                                    if (error && error != boost::asio::error::operation_aborted)
                                        peer_closed_ = true;
                                    failed_ = failed_ || (error && kept_ && !ended_);
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
    write_watch& watch_;
    boost::asio::steady_timer done_;
    std::unique_ptr<base::stream_keeper> keeper_;
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
    bool kept_ = false;
    bool ended_ = false;
};

}  // namespace tollgate::server
