#include "server/delivery/webhook_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <utility>

#include "server/delivery/webhook_signature.hpp"
#include "tenancy/audit/audit_destination.hpp"

namespace tollgate::server::delivery {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;

constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024;
constexpr unsigned status_final = 200;  // below it, another head follows

using head_parser = http::response_parser<http::string_body>;

void begin(std::optional<head_parser>& head) {
    head.emplace();
    head->eager(false);
    head->header_limit(static_cast<std::uint32_t>(answer_bytes_max));
}

// The status in the heads at the start of `unread`, skipping interim ones; 0 if more bytes are
// needed. Removes the used bytes from `unread`.
unsigned take_status(std::optional<head_parser>& head, std::string& unread, error_code& error) {
    for (;;) {
        const std::size_t used = head->put(asio::buffer(unread), error);
        unread.erase(0, used);
        if (error == http::error::need_more) error = {};
        if (error || !head->is_header_done()) return 0;
        const unsigned status = head->get().result_int();
        if (status >= status_final) return status;
        begin(head);
    }
}

// The status of the answer; 0 if the connection ended, or too much arrived, before the head was
// complete. Parsed by hand, because Beast's read takes 30 s to compile here for a plain and a TLS
// stream.
awaitable<unsigned> read_status(outbound& from, error_code& error) {
    std::optional<head_parser> head;
    begin(head);
    std::string unread;
    for (std::size_t got = 0; got < answer_bytes_max;) {
        const std::string_view bytes = co_await from.read_some(error);
        if (error) co_return 0;
        got += bytes.size();
        unread += bytes;
        const unsigned status = take_status(head, unread, error);
        if (status != 0 || error) co_return status;
    }
    co_return 0;
}

base::failure refused(unsigned status) {
    std::string sentence = "the receiver answered " + std::to_string(status);
    if (status / 100 == 3) sentence += "; redirects are not followed: set the new address";
    return fail(errc::unavailable, std::string{tenancy::delivery_refused}, std::move(sentence));
}

class webhook_client final : public base::webhook {
public:
    webhook_client(webhook_address to, base::secret key, network with)
        : to_(std::move(to)), key_(std::move(key)), with_(std::move(with)) {}

    awaitable<result<>> post(std::string body, std::string id, base::timestamp at) override {
        const auto here = co_await asio::this_coro::executor;
        const auto endpoints = co_await resolve_allowed(with_, to_.host, to_.port);
        if (!endpoints) co_return endpoints.error();
        outbound connection{here, with_};
        auto connected = co_await connection.connect(*endpoints, to_.host, to_.tls);
        if (!connected) co_return connected.error();
        const std::string request = request_of(body, id, at);
        // A receiver may answer before it has read everything, so a failed write is not the end.
        const error_code unwritten = co_await connection.write(request);
        error_code unread;
        const unsigned status = co_await read_status(connection, unread);
        if (status >= status_final && status < 300) co_return result<>{};
        if (status >= status_final) co_return refused(status);
        if (unwritten) co_return unreachable("sending", unwritten);
        if (unread && unread != asio::error::eof)
            co_return unreachable("waiting for the answer", unread);
        co_return fail(errc::unavailable, std::string{tenancy::delivery_unreachable},
                       "the receiver closed the connection without an answer");
    }

private:
    std::string request_of(std::string_view body, std::string_view id, base::timestamp at) const {
        std::string out = "POST " + to_.target + " HTTP/1.1\r\nHost: " + to_.authority;
        out += "\r\nContent-Type: application/json\r\nContent-Length: ";
        out += std::to_string(body.size());
        out += "\r\nUser-Agent: tollgate\r\nConnection: close\r\nwebhook-id: ";
        out += id;
        out += "\r\nwebhook-timestamp: " + webhook_seconds(at);
        if (!key_.empty()) out += "\r\nwebhook-signature: " + sign_webhook(key_, id, at, body);
        out += "\r\n\r\n";
        out += body;
        return out;
    }

    const webhook_address to_;
    const base::secret key_;
    const network with_;
};

}  // namespace

std::unique_ptr<base::webhook> make_webhook(webhook_address to, base::secret key, network with) {
    return std::make_unique<webhook_client>(std::move(to), std::move(key), std::move(with));
}

}  // namespace tollgate::server::delivery
