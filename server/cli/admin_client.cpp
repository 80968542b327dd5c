#include "server/cli/admin_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <simdjson.h>

#include <exception>
#include <utility>

#include "base/worker.hpp"
#include "server/delivery/outbound.hpp"
#include "stripe/upstream/pool.hpp"
#include "tenancy/secrets/key_ring.hpp"

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
constexpr std::chrono::milliseconds patience{150'000};

struct raw_answer {
    unsigned status = 0;
    std::string body;
};

using answer_parser = http::response_parser<http::string_body>;

base::failure not_asked(const std::string& what) {
    return fail(errc::unavailable, "unreachable",
                "the gateway could not be asked: " + what +
                    ". Is it running, and is --url the address of its admin API?");
}

// Parsed by hand, as in delivery/webhook_client.
awaitable<result<raw_answer>> read_answer(delivery::outbound& from) {
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
        if (!bad && ended == asio::error::eof) parser.put_eof(bad);
        if (bad) co_return not_asked("its answer is not HTTP (" + bad.message() + ")");
        if (ended && !parser.is_done()) co_return not_asked("the connection was lost");
    }
    co_return raw_answer{parser.get().result_int(), std::move(parser.get().body())};
}

// The references live until it is done.
awaitable<result<raw_answer>> exchange(const delivery::network& with,
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
    if (!answer && unwritten) co_return not_asked("sending failed: " + unwritten.message());
    co_return answer;
}

errc kind_of(unsigned status) {
    switch (status) {
        case 401:
            return errc::unauthorized;
        case 403:
            return errc::forbidden;
        case 404:
            return errc::not_found;
        case 409:
            return errc::conflict;
        default:
            return status >= 500 ? errc::unavailable : errc::invalid_argument;
    }
}

base::failure refusal_of(const raw_answer& answer) {
    simdjson::dom::parser parser;
    simdjson::dom::object problem;
    std::string_view code;
    std::string_view detail;
    const simdjson::padded_string text{answer.body};
    if (parser.parse(text).get(problem) != simdjson::SUCCESS ||
        problem["code"].get(code) != simdjson::SUCCESS ||
        problem["detail"].get(detail) != simdjson::SUCCESS)
        return not_asked("it answered " + std::to_string(answer.status) +
                         ", not as the admin API does");
    std::string sentence{detail};
    if (answer.status == 401) sentence += ": give the API key (tgk_…) of the team";
    return fail(kind_of(answer.status), std::string(code), std::move(sentence));
}

}  // namespace

result<admin_client> admin_client::make(const admin_access& access) {
    auto to = delivery::parse_webhook(access.url);
    if (!to) return base::invalid("bad_address", "--url " + to.error().message);
    while (to->target.ends_with('/')) to->target.pop_back();
    std::string word = access.key;
    if (!access.key_file.empty()) {
        auto read = tenancy::read_secret_file(access.key_file);
        if (!read) return read.error();
        word = read->reveal();
    }
    word.resize(word.find_last_not_of(" \t\r\n") + 1);  // editors end a file with a line end
    if (word.empty())
        return base::invalid("no_key",
                             "an API key is needed: put it into a file that only you can read and "
                             "give --key-file FILE, or set TOLLGATE_API_KEY");
    const bool one_word =
        std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!one_word) return base::invalid("no_key", "the API key must be one word: tgk_…");
    admin_client out{std::move(*to), base::secret{std::move(word)}};
    try {
        if (out.to_.tls) out.tls_ = stripe::make_client_tls({});
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what());
    }
    if (!out.tls_) out.tls_ = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    return out;
}

result<std::string> admin_client::call(std::string_view method, const std::string& path) const {
    std::string request{method};
    request += ' ' + to_.target + path + " HTTP/1.1\r\nHost: " + to_.authority;
    request += "\r\nAuthorization: Bearer " + std::string(key_.reveal());
    request += "\r\nAccept: application/json\r\nUser-Agent: tollgate-cli\r\nConnection: close";
    if (method == "POST") request += "\r\nContent-Length: 0";
    request += "\r\n\r\n";
    base::worker blocking{1, 1};
    const delivery::network with{.blocking = blocking, .tls = tls_, .patience = patience};
    asio::io_context loop{1};
    std::optional<result<raw_answer>> answer;
    std::exception_ptr fault;
    auto asking = exchange(with, to_, request);
    asio::co_spawn(loop, std::move(asking),
                   [&answer, &fault](const std::exception_ptr& why, result<raw_answer> got) {
                       fault = why;
                       answer = std::move(got);
                   });
    loop.run();
    if (fault) std::rethrow_exception(fault);
    if (!*answer) return answer->error();
    if ((*answer)->status < 200 || (*answer)->status >= 300) return refusal_of(**answer);
    return std::move((*answer)->body);
}

}  // namespace tollgate::server
