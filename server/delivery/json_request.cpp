#include "server/delivery/json_request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <utility>

#include "server/delivery/address.hpp"
#include "tenancy/audit/audit_destination.hpp"

namespace tollgate::server::delivery {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::awaitable;
using base::result;
using boost::system::error_code;

constexpr std::size_t document_bytes_max = std::size_t{256} * 1024;
constexpr std::size_t document_head_max = std::size_t{32} * 1024;

using document_parser = http::response_parser<http::string_body>;

std::string question_text(const json_question& what, const webhook_address& to) {
    std::string out = what.form.empty() ? "GET " : "POST ";
    out += to.target + " HTTP/1.1\r\nHost: " + to.authority;
    out += "\r\nAccept: application/json\r\nUser-Agent: tollgate\r\nConnection: close";
    if (!what.authorization.empty())
        out.append("\r\nAuthorization: ").append(what.authorization.reveal());
    if (!what.form.empty())
        out += "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
               std::to_string(what.form.size());
    return out + "\r\n\r\n" + what.form;
}

// Parsed by hand, because Beast's read takes 30 s to compile here for a plain and a TLS stream.
awaitable<bool> read_document(outbound& from, document_parser& parser) {
    std::string unread;
    error_code error;
    for (std::size_t got = 0; !parser.is_done() && got < document_bytes_max + document_head_max;) {
        const std::string_view bytes = co_await from.read_some(error);
        if (error == asio::error::eof) {
            error = {};
            if (parser.got_some()) parser.put_eof(error);
            break;
        }
        if (error) co_return false;
        got += bytes.size();
        unread += bytes;
        unread.erase(0, parser.put(asio::buffer(unread), error));
        if (error && error != http::error::need_more) co_return false;
    }
    co_return parser.is_done();
}

}  // namespace

awaitable<result<json_answer>> ask_json(json_question what, const network& with) {
    const auto to = parse_webhook(what.address);
    if (!to) co_return to.error();
    const auto endpoints = co_await resolve_allowed(with, to->host, to->port);
    if (!endpoints) co_return endpoints.error();
    const auto here = co_await asio::this_coro::executor;
    outbound connection{here, with};
    auto connected = co_await connection.connect(*endpoints, to->host, to->tls);
    if (!connected) co_return connected.error();
    const std::string text = question_text(what, *to);
    const error_code unsent = co_await connection.write(text);
    if (unsent) co_return unreachable("sending", unsent);
    document_parser parser;
    parser.eager(true);
    parser.header_limit(static_cast<std::uint32_t>(document_head_max));
    parser.body_limit(document_bytes_max);
    const bool whole = co_await read_document(connection, parser);
    if (!whole)
        co_return base::fail(base::errc::unavailable, std::string{tenancy::delivery_unreachable},
                             "the answer was not whole, or too long");
    co_return json_answer{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace tollgate::server::delivery
