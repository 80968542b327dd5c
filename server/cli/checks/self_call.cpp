#include "server/cli/checks/self_call.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <fstream>
#include <iterator>

#include "server/config/load.hpp"
#include "server/process/bind.hpp"

namespace tollgate::server::checks {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;

constexpr std::chrono::milliseconds answer_timeout{3'000};

base::failure unreachable(const std::string& where, const error_code& why) {
    return fail(errc::unavailable, "unreachable",
                "no gateway answers on " + where + ": " + why.message());
}

// The value of "mcp" in the ports file, which the gateway has written.
std::string address_in(const std::string& file) {
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    constexpr std::string_view key = "\"mcp\":\"";
    const auto begin = text.find(key);
    if (begin == std::string::npos) return {};
    const auto from = begin + key.size();
    return text.substr(from, text.find('"', from) - from);
}

// Where this machine reaches the listener.
result<tcp::endpoint> endpoint_of(const config& value) {
    std::string address = value.server.listen;
    const auto parts = parse_host_port(address);
    if (parts && parts->port == 0) {
        if (value.server.ports_file.empty())
            return base::invalid("no_address",
                                 "server.listen has port 0, so the address is only in "
                                 "server.ports_file, which is not set");
        address = address_in(value.server.ports_file);
        if (address.empty())
            return base::invalid("no_address", value.server.ports_file +
                                                   " has no address yet: no gateway has started");
    }
    auto out = resolve_address(address, "server.listen");
    if (!out) return out.error();
    if (!out->address().is_unspecified()) return out;
    if (out->address().is_v6())
        out->address(asio::ip::address_v6::loopback());
    else
        out->address(asio::ip::address_v4::loopback());
    return out;
}

template <typename Stream>
awaitable<error_code> talk(Stream& stream, const std::string& path, self_answer& into) {
    http::request<http::empty_body> request{http::verb::get, path, 11};
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    error_code error;
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    co_await http::async_read(stream, buffer, answer,
                              asio::redirect_error(asio::use_awaitable, error));
    into.status = answer.result_int();
    into.body = std::move(answer.body());
    co_return error;
}

awaitable<result<self_answer>> ask(tcp::endpoint to, bool tls, std::string path) {
    const std::string where = to_text(to);
    const auto here = co_await asio::this_coro::executor;
    asio::ssl::context context{asio::ssl::context::tls_client};
    context.set_verify_mode(asio::ssl::verify_none);
    beast::ssl_stream<beast::tcp_stream> stream{here, context};
    auto& plain = stream.next_layer();
    plain.expires_after(answer_timeout);
    error_code error;
    co_await plain.async_connect(to, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return unreachable(where, error);
    self_answer out;
    if (tls) {
        co_await stream.async_handshake(asio::ssl::stream_base::client,
                                        asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return unreachable(where, error);
        error = co_await talk(stream, path, out);
    } else {
        error = co_await talk(plain, path, out);
    }
    if (error) co_return unreachable(where, error);
    co_return out;
}

}  // namespace

result<self_answer> ask_this_gateway(const config& value, const std::string& path) {
    const auto to = endpoint_of(value);
    if (!to) return to.error();
    asio::io_context io{1};
    return run_now(io, ask(*to, !value.tls.certificate.empty(), path));
}

}  // namespace tollgate::server::checks
