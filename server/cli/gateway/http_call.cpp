#include "server/cli/gateway/http_call.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>

#include "base/worker.hpp"
#include "server/cli/gateway/answer_lost.hpp"
#include "server/delivery/outbound.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::server {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;

constexpr std::size_t answer_bytes_max = std::size_t{16} * 1024 * 1024;
// Longer than a reconcile waits for Stripe.
constexpr std::chrono::milliseconds timeout{150'000};

using answer_parser = http::response_parser<http::string_body>;

base::failure lost(const std::string& what) {
    return fail(errc::unavailable, std::string{answer_lost}, what);
}

// Parsed by hand, as in delivery/webhook_client.
awaitable<result<http_answer>> read_answer(delivery::outbound& from) {
    answer_parser parser;
    parser.eager(true);
    parser.body_limit(answer_bytes_max);
    std::string unread;
    while (!parser.is_done()) {
        error_code ended;
        const std::string_view bytes = co_await from.read_some(ended);
        unread += bytes;
        error_code bad;
        if (!unread.empty()) unread.erase(0, parser.put(asio::buffer(unread), bad));
        if (bad == http::error::need_more) bad = {};
        // Without a head, an end would count as the whole of an answer.
        const bool headed = parser.is_header_done();
        if (!bad && ended == asio::error::eof && headed) parser.put_eof(bad);
        if (bad) co_return lost("its answer is not HTTP (" + bad.message() + ")");
        if (ended && !parser.is_done()) co_return lost("the connection was lost");
    }
    co_return http_answer{parser.get().result_int(), std::move(parser.get().body())};
}

// The references live until it is done.
awaitable<result<http_answer>> exchange(const delivery::network& with,
                                        const delivery::webhook_address& to,
                                        const std::string& request) {
    const auto here = co_await asio::this_coro::executor;
    const auto endpoints = co_await delivery::resolve(with.blocking, to.host, to.port);
    if (!endpoints) co_return not_asked(endpoints.error().message);
    delivery::outbound connection{here, with};
    const auto connected = co_await connection.connect(*endpoints, to.host, to.tls);
    if (!connected) co_return not_asked(connected.error().message);
    const error_code unwritten = co_await connection.write(request);
    auto answer = co_await read_answer(connection);
    if (!answer && unwritten) co_return lost("sending failed: " + unwritten.message());
    co_return answer;
}

}  // namespace

base::failure not_asked(const std::string& what) {
    return fail(errc::unavailable, "unreachable",
                "the gateway could not be asked: " + what +
                    ". Is it running, and is --url the address of its admin API?");
}

result<http_caller> http_caller::make(const std::string& url) {
    auto to = delivery::parse_webhook(url);
    if (!to) return base::invalid("bad_address", to.error().message);
    while (to->target.ends_with('/')) to->target.pop_back();
    http_caller out{std::move(*to)};
    try {
        if (out.to_.tls) out.tls_ = stripe::make_client_tls({});
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what());
    }
    if (!out.tls_) out.tls_ = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    return out;
}

result<http_answer> http_caller::call(const http_ask& what) const {
    std::string request{what.method};
    const std::string target = to_.target + what.path;
    request += ' ' + (target.empty() ? "/" : target);
    request += " HTTP/1.1\r\nUser-Agent: tollgate-cli\r\nConnection: close";
    const bool named = std::any_of(what.headers.begin(), what.headers.end(),
                                   [](const auto& one) { return one.first == "Host"; });
    if (!named) request += "\r\nHost: " + to_.authority;
    for (const auto& [name, value] : what.headers) {
        request += "\r\n";
        request += name;
        request += ": " + value;
    }
    if (what.method != "GET") request += "\r\nContent-Length: " + std::to_string(what.body.size());
    request += "\r\n\r\n" + what.body;
    base::worker blocking{1, 1};
    const delivery::network with{.blocking = blocking, .tls = tls_, .timeout = timeout};
    asio::io_context loop{1};
    std::optional<result<http_answer>> answer;
    std::exception_ptr fault;
    auto asking = exchange(with, to_, request);
    asio::co_spawn(loop, std::move(asking),
                   [&answer, &fault](const std::exception_ptr& why, result<http_answer> got) {
                       fault = why;
                       answer = std::move(got);
                   });
    loop.run();
    if (fault) std::rethrow_exception(fault);
    if (*answer || answer->error().code != answer_lost) return std::move(*answer);
    const std::string what_happened = answer->error().message;
    if (what.method == "GET") return not_asked(what_happened);
    return lost("the gateway was asked, and its answer was lost: " + what_happened +
                ". It may have been done: look before you repeat it");
}

}  // namespace tollgate::server
