#include "server/cli/clients/mcp_exchange.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

namespace tollgate::server::clients {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;

constexpr std::size_t body_bytes_max = std::size_t{64} * 1024 * 1024;
base::failure failed(std::string_view code, const std::string& why) {
    return fail(errc::unavailable, std::string{code}, why);
}

std::string text_of(const mcp_request& what, const delivery::webhook_address& to) {
    std::string out{what.method};
    out += ' ' + to.target + " HTTP/1.1\r\nHost: " + to.authority;
    out += "\r\nUser-Agent: tollgate-stdio\r\nConnection: close";
    for (const auto& [name, value] : what.headers) {
        out.append("\r\n").append(name).append(": ").append(value);
    }
    if (what.method == "POST") {
        out += "\r\nContent-Type: application/json\r\nContent-Length: ";
        out += std::to_string(what.body.size());
    }
    return out + "\r\n\r\n" + what.body;
}

}  // namespace

awaitable<result<reply_head>> mcp_exchange::send(mcp_request what) {
    const std::string request = text_of(what, to_);
    const auto endpoints = co_await delivery::resolve(with_.blocking, to_.host, to_.port);
    if (!endpoints) co_return failed(not_sent, endpoints.error().message);
    const auto connected = co_await connection_.connect(*endpoints, to_.host, to_.tls);
    if (!connected) co_return failed(not_sent, connected.error().message);
    connection_.allow(silence_);
    sent_ = true;
    const error_code unwritten = co_await connection_.write(request);
    parser_.eager(true);
    parser_.body_limit(boost::none);
    while (!parser_.is_header_done()) {
        const auto more = co_await read_more();
        if (!more && unwritten) co_return failed(lost, "sending failed: " + unwritten.message());
        if (!more) co_return more.error();
    }
    const auto& head = parser_.get();
    reply_head out;
    out.status = head.result_int();
    out.events = head[http::field::content_type].starts_with("text/event-stream");
    out.session = head["Mcp-Session-Id"];
    out.date = head[http::field::date];
    co_return out;
}

// Parsed by hand, as in gateway/http_call.
awaitable<result<>> mcp_exchange::read_more() {
    if (ended_) co_return failed(lost, "the connection was lost");
    error_code ended;
    connection_.allow(silence_);
    const std::string_view bytes = co_await connection_.read_some(ended);
    unread_ += bytes;
    error_code bad;
    if (!unread_.empty()) unread_.erase(0, parser_.put(asio::buffer(unread_), bad));
    if (bad == http::error::need_more) bad = {};
    ended_ = !!ended;
    if (!bad && ended == asio::error::eof && parser_.is_header_done()) parser_.put_eof(bad);
    if (bad) co_return failed(lost, "its answer is not HTTP (" + bad.message() + ")");
    if (ended && !parser_.is_header_done()) co_return failed(lost, "the connection was lost");
    co_return result<>{};
}

awaitable<result<std::string>> mcp_exchange::read() {
    for (;;) {
        std::string& body = parser_.get().body();
        if (!body.empty()) {
            std::string out;
            out.swap(body);
            co_return out;
        }
        if (parser_.is_done()) co_return std::string{};
        const auto more = co_await read_more();
        if (!more) co_return more.error();
    }
}

awaitable<result<std::string>> mcp_exchange::read_all() {
    std::string out;
    for (;;) {
        auto part = co_await read();
        if (!part) co_return part.error();
        if (part->empty()) co_return out;
        out += *part;
        if (out.size() > body_bytes_max) co_return failed(lost, "its answer is too large");
    }
}

}  // namespace tollgate::server::clients
