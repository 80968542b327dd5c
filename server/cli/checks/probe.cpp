#include "server/cli/checks/probe.hpp"

#include <boost/asio/io_context.hpp>

#include <stdexcept>
#include <utility>

#include "server/http/date.hpp"
#include "server/process/bind.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::server::checks {

namespace {

using base::result;
using clients::mcp_exchange;
using clients::mcp_request;

constexpr std::chrono::milliseconds timeout{10'000};

base::awaitable<result<probe_answer>> ask(mcp_exchange& exchange, mcp_request what) {
    auto head = co_await exchange.send(std::move(what));
    if (!head) co_return head.error();
    probe_answer out;
    out.head = std::move(*head);
    const auto there = read_http_date(out.head.date);
    if (there)
        out.skew =
            *there - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    result<std::string> body = std::string{};
    if (out.head.events)
        body = co_await exchange.read();
    else
        body = co_await exchange.read_all();
    if (!body) co_return body.error();
    out.body = std::move(*body);
    co_return out;
}

}  // namespace

result<probe_answer> probe(const std::string& url, mcp_request what, const std::string& ca_file) {
    const auto to = delivery::parse_webhook(url);
    if (!to) return base::invalid("bad_url", url + " " + to.error().message);
    std::shared_ptr<boost::asio::ssl::context> tls;
    try {
        if (to->tls) tls = stripe::make_client_tls(ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what());
    }
    using boost::asio::ssl::context;
    if (!tls) tls = std::make_shared<context>(context::tls_client);
    base::worker blocking{1, 1};
    const delivery::network with{.blocking = blocking, .tls = tls, .timeout = timeout};
    boost::asio::io_context io{1};
    mcp_exchange exchange{io.get_executor(), with, *to, timeout};
    return run_now(io, ask(exchange, std::move(what)));
}

}  // namespace tollgate::server::checks
