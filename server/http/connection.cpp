#include "server/http/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "base/body_source.hpp"
#include "base/write_at_once.hpp"
#include "server/http/event_stream.hpp"
#include "server/http/has_left.hpp"
#include "server/http/request_reader.hpp"
#include "server/http/strict.hpp"
#include "server/http/write.hpp"

namespace tollgate::server {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = asio::ssl::stream<tcp::socket>;

constexpr std::size_t read_step = 8 * 1024;
constexpr std::size_t json_padding = 64;

// How much a refused client may still send, and for how long. A body that is too large is usually a
// mistake, and its client does not read the answer before it has sent everything.
struct linger_limit {
    std::size_t bytes;
    std::chrono::milliseconds time;
};
constexpr linger_limit usual_linger{256 * 1024, std::chrono::milliseconds{500}};
constexpr linger_limit body_linger{64 * 1024 * 1024, std::chrono::milliseconds{2'000}};

tcp::socket& lowest(tcp::socket& stream) {
    return stream;
}
tcp::socket& lowest(tls_stream& stream) {
    return stream.next_layer();
}

// The outcome of reading one request.
enum class read_result { request, closed, refused };

read_problem explain(const error_code& error) {
    if (error == http::error::bad_chunk_extension)
        return {400, "malformed or too long chunk extension"};
    if (error == http::error::header_limit) return {431, "request header too large"};
    if (error == http::error::body_limit) return {413, "request body too large"};
    if (error == http::error::bad_version)
        return {400, "malformed request line, or an HTTP version other than 1.0 and 1.1"};
    return {400, "malformed HTTP request"};
}

void replace_host(std::vector<base::http_header>& headers, std::string_view authority) {
    for (auto& header : headers) {
        if (!base::equal_ignore_case(header.name, "Host")) continue;
        header.value = authority;
        return;
    }
    headers.push_back({"Host", authority});
}

// The connection's state. `Stream` is a plain socket or a TLS stream over one; owned by the
// coroutine that serves it.
template <typename Stream>
class connection final : public base::deadline_entry,
                         public tracked_connection,
                         public write_watch {
public:
    connection(Stream& stream, loop& where, const connection_options& options,
               request_handler& handler)
        : stream_(stream), loop_(where), options_(options), handler_(handler) {
        loop_.deadlines.add(*this);
        loop_.connections.add(*this);
        error_code ignored;
        const auto peer = lowest(stream_).remote_endpoint(ignored);
        if (!ignored) facts_.peer_address = peer.address().to_string();
        facts_.tls = !std::is_same_v<Stream, tcp::socket>;
    }
    ~connection() override { loop_.connections.remove(*this); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    base::awaitable<> run() {
        for (;;) {
            std::optional<request_reader> parser;
            parser.emplace(limits());
            const read_result got = co_await read_request(*parser);
            if (got == read_result::closed) break;
            if (got == read_result::refused) {
                base::http_response answer = handler_.unreadable(problem_.status, problem_.why);
                co_await respond(answer, false);
                const linger_limit most = problem_.status == 413 ? body_linger : usual_linger;
                co_await linger(most);
                break;
            }
            const bool open = co_await answer(parser);
            if (!open) break;
        }
    }

    base::awaitable<> refuse(unsigned status, std::string_view why) {
        base::http_response answer = handler_.unreadable(status, why);
        co_await respond(answer, false);
        co_await linger(usual_linger);
    }

    void drain() noexcept override {
        draining_ = true;
        if (idle_) abort();
    }
    void abort() noexcept override {
        error_code ignored;
        lowest(stream_).close(ignored);
    }

private:
    // Called for kept streams only.
    void writing(bool begun) noexcept override {
        if (begun) {
            this->expire_after(options_.write);
        } else {
            this->disarm();
        }
    }

    void deadline_passed() noexcept override {
        late_ = true;
        error_code ignored;
        if (writing_) {
            lowest(stream_).close(ignored);
        } else {
            lowest(stream_).cancel(ignored);
        }
    }

    read_result refuse_with(read_problem problem) {
        problem_ = problem;
        return read_result::refused;
    }

    // Reads available bytes into the buffer; false if the client closed, failed or was late.
    base::awaitable<bool> read_some() {
        error_code error;
        const std::size_t got = co_await stream_.async_read_some(
            buffer_.prepare(read_step), asio::redirect_error(asio::use_awaitable, error));
        buffer_.commit(got);
        co_return !error;
    }

    // After a failed read within a request: a late client gets an answer; others have disconnected.
    read_result interrupted() {
        if (!late_) return read_result::closed;
        late_ = false;
        return refuse_with({408, "the request was not complete in time"});
    }

    base::awaitable<read_result> read_request(request_reader& parser) {
        if (buffer_.size() == 0) {
            idle_ = true;
            this->expire_after(options_.idle);
            bool ok = false;
            if (!draining_) ok = co_await read_some();
            idle_ = false;
            if (!ok) co_return read_result::closed;
        }
        this->expire_after(options_.header);
        const read_result header = co_await read_header(parser);
        if (header != read_result::request) co_return header;
        this->expire_after(options_.body);
        const read_result body = co_await read_body(parser);
        this->disarm();
        co_return body;
    }

    request_limits limits() const {
        return {options_.header_bytes, options_.headers, options_.body_bytes};
    }

    // The header stays in the buffer until it is complete, so that all of it is checked, however it
    // was split.
    base::awaitable<read_result> read_header(request_reader& parser) {
        parser.eager(false);
        std::size_t parsed = 0;
        for (;;) {
            error_code error;
            parsed += parser.put(buffer_.data() + parsed, error);
            if (parser.is_header_done() && !error) {
                const std::string_view raw{static_cast<const char*>(buffer_.data().data()), parsed};
                headers_ = parser.headers();
                const auto problem = check_header(parser, headers_, raw, {options_.headers});
                buffer_.consume(parsed);
                if (problem) co_return refuse_with(*problem);
                co_return read_result::request;
            }
            if (error && error != http::error::need_more) co_return refuse_with(explain(error));
            if (buffer_.size() > options_.header_bytes)
                co_return refuse_with({431, "request header too large"});
            const std::string_view begun{static_cast<const char*>(buffer_.data().data()),
                                         buffer_.size()};
            if (has_bare_line_feed(begun)) co_return refuse_with({400, bare_line_feed});
            const bool ok = co_await read_some();
            if (!ok) co_return interrupted();
        }
    }

    base::awaitable<read_result> read_body(request_reader& parser) {
        // A Connection field in the trailers has no effect.
        keep_alive_ = parser.keep_alive();
        parser.eager(true);
        if (wants_continue(parser)) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            error_code error;
            co_await asio::async_write(stream_, asio::buffer(go_on),
                                       asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return read_result::closed;
        }
        while (!parser.is_done()) {
            error_code error;
            const std::size_t used = parser.put(buffer_.data(), error);
            buffer_.consume(used);
            if (error && error != http::error::need_more) co_return refuse_with(explain(error));
            if (parser.is_done()) break;
            // Only incomplete chunk extensions or trailers remain in the buffer.
            if (buffer_.size() > options_.header_bytes)
                co_return refuse_with({431, "request trailers too large"});
            const bool ok = co_await read_some();
            if (!ok) co_return interrupted();
        }
        co_return read_result::request;
    }

    bool wants_continue(const request_reader& parser) const {
        const auto expects =
            std::find_if(headers_.begin(), headers_.end(), [](const base::http_header& header) {
                return base::equal_ignore_case(header.name, "Expect") &&
                       base::equal_ignore_case(header.value, "100-continue");
            });
        return expects != headers_.end() && buffer_.size() == 0 && !parser.is_done();
    }

    // Passes the request to the handler and writes the response; true if the connection stays open.
    base::awaitable<bool> answer(std::optional<request_reader>& parser) {
        base::http_request request;
        request.headers = std::move(headers_);
        request.method = parser->method_text();
        const request_target target = *split_target(parser->target());
        request.target = target.path_and_query;
        // The authority in the target replaces the Host header (RFC 9112 §3.2.2).
        if (!target.authority.empty()) replace_host(request.headers, target.authority);
        const auto question = request.target.find('?');
        request.path = request.target.substr(0, question);
        if (question != std::string_view::npos) request.query = request.target.substr(question + 1);
        request.body = std::move(parser->body());
        request.body.reserve(request.body.size() + json_padding);
        const bool keep = keep_alive_;
        const bool in_parts = parser->version() >= 11;
        event_stream<Stream> events{stream_, buffer_, *this, in_parts, keep};
        facts_.stream = &events;
        base::http_response response = co_await handler_.handle(request, facts_);
        facts_.stream = nullptr;
        if (events.kept()) {
            request = {};
            response = {};
            parser.reset();
            writing_ = true;
            co_await events.until_over();
        }
        const bool stay = keep && !draining_ && !loop_.connections.draining();
        if (events.used()) {
            const bool whole = co_await finish(events, response);
            if (events.opened()) co_return whole&& stay;
        }
        if (response.source) co_return co_await respond_in_parts(response, in_parts, stay);
        if (request.method == "HEAD") response.body.clear();
        const bool written = co_await respond(response, stay);
        co_return written&& stay;
    }

    // Ends an answer sent in parts, or only the watch for a disconnect.
    base::awaitable<bool> finish(event_stream<Stream>& events,
                                 const base::http_response& response) {
        writing_ = true;
        this->expire_after(options_.write);
        const bool whole = co_await events.finish(response.body);
        writing_ = false;
        this->disarm();
        co_return whole;
    }

    base::awaitable<bool> write_all(std::string_view bytes) {
        error_code error;
        writing_ = true;
        this->expire_after(options_.write);
        co_await asio::async_write(stream_, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, error));
        writing_ = false;
        this->disarm();
        co_return !error;
    }

    // Writes the parts of the response's source, each after the previous one has been written. An
    // incomplete body is not ended; the connection is closed instead.
    base::awaitable<bool> respond_in_parts(const base::http_response& response, bool chunks,
                                           bool keep_alive) {
        const bool stay = keep_alive && chunks;
        std::string bytes = open_ended_head(response, http_date(), chunks, stay);
        base::result<std::optional<std::string>> part{response.body};
        for (;;) {
            append_part(bytes, *part, chunks);
            bool open = !bytes.empty() || !has_left(lowest(stream_).native_handle());
            if (!bytes.empty()) open = co_await write_all(bytes);
            if (!open || !*part) co_return open&& stay;
            bytes.clear();
            part = co_await response.source->next();
            if (!part) co_return false;
        }
    }

    base::awaitable<bool> respond(const base::http_response& response, bool keep_alive) {
        const std::string head = response_head(response, http_date(), keep_alive);
        std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(response.body)};
        error_code error;
        if (base::write_at_once(stream_, parts, error)) co_return true;
        if (error) co_return false;
        writing_ = true;
        this->expire_after(options_.write);
        co_await asio::async_write(stream_, parts,
                                   asio::redirect_error(asio::use_awaitable, error));
        writing_ = false;
        this->disarm();
        co_return !error;
    }

    // Lets the client read a refusal before the socket closes, because unread input would turn the
    // close into a reset. Discards further input, such as the rest of a body that is too large.
    base::awaitable<> linger(linger_limit most) {
        error_code ignored;
        lowest(stream_).shutdown(tcp::socket::shutdown_send, ignored);
        this->expire_after(most.time);
        for (std::size_t seen = 0; seen < most.bytes;) {
            buffer_.clear();
            const bool ok = co_await read_some();
            if (!ok) break;
            seen += buffer_.size();
        }
        this->disarm();
    }

    Stream& stream_;
    loop& loop_;
    const connection_options& options_;
    request_handler& handler_;
    connection_facts facts_;
    boost::beast::flat_buffer buffer_;
    std::vector<base::http_header> headers_;  // of the request being read
    read_problem problem_;
    bool keep_alive_ = false;
    bool idle_ = false;
    bool writing_ = false;
    bool late_ = false;
    bool draining_ = false;
};

// Ends a TLS handshake that takes too long.
class handshake_deadline final : public base::deadline_entry {
public:
    handshake_deadline(base::deadline_set& set, tcp::socket& socket, std::chrono::milliseconds span)
        : socket_(socket) {
        set.add(*this);
        expire_after(span);
    }

private:
    void deadline_passed() noexcept override {
        error_code ignored;
        socket_.close(ignored);
    }
    tcp::socket& socket_;
};

// Tells a client that used http on a TLS port about its mistake, and waits a moment before closing:
// its input is still unread, and an immediate close would cut off the answer.
base::awaitable<> answer_plain(tcp::socket& socket, loop& where) {
    static constexpr std::string_view answer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 61\r\n"
        "Connection: close\r\n\r\n"
        "This port speaks TLS: use https:// in place of http:// here.\n";
    const handshake_deadline limit{where.deadlines, socket, usual_linger.time};
    error_code error;
    co_await asio::async_write(socket, asio::buffer(answer),
                               asio::redirect_error(asio::use_awaitable, error));
    socket.shutdown(tcp::socket::shutdown_send, error);
    std::array<char, read_step> unread{};
    for (std::size_t seen = 0; !error && seen < usual_linger.bytes;)
        seen += co_await socket.async_read_some(asio::buffer(unread),
                                                asio::redirect_error(asio::use_awaitable, error));
}

bool spoke_http(const error_code& error) {
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

}  // namespace

base::awaitable<> serve_plain(tcp::socket socket, loop& where, const connection_options& options,
                              request_handler& handler) {
    connection<tcp::socket> one{socket, where, options, handler};
    co_await one.run();
}

base::awaitable<> serve_tls(tcp::socket socket, std::shared_ptr<asio::ssl::context> context,
                            loop& where, const connection_options& options,
                            request_handler& handler) {
    auto stream = std::make_unique<tls_stream>(std::move(socket), *context);
    error_code error;
    {
        const handshake_deadline limit{where.deadlines, stream->next_layer(), options.header};
        co_await stream->async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, error));
    }
    if (spoke_http(error)) co_await answer_plain(stream->next_layer(), where);
    if (error) co_return;
    {
        connection<tls_stream> one{*stream, where, options, handler};
        co_await one.run();
    }
    const handshake_deadline limit{where.deadlines, stream->next_layer(),
                                   std::chrono::milliseconds{500}};
    co_await stream->async_shutdown(asio::redirect_error(asio::use_awaitable, error));
}

base::awaitable<> turn_away(tcp::socket socket, loop& where, const connection_options& options,
                            request_handler& handler) {
    connection<tcp::socket> one{socket, where, options, handler};
    co_await one.refuse(503, "too many connections");
}

}  // namespace tollgate::server
