#include "server/cli/checks/redis_check.hpp"

#include <boost/asio/io_context.hpp>

#include <stdexcept>

#include "server/delivery/outbound.hpp"
#include "server/process/bind.hpp"
#include "storage/redis/options.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::server::checks {

namespace {

using base::awaitable;
using base::result;

constexpr std::size_t answer_bytes_max = 4096;

// A command as Redis takes it: an array of strings.
std::string command_of(const std::vector<std::string>& words) {
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& one : words) out += "$" + std::to_string(one.size()) + "\r\n" + one + "\r\n";
    return out;
}

std::string greeting_of(const storage::redis_options& options) {
    std::string out;
    const std::string password{options.password.reveal()};
    // The sentinels have their own password, or none.
    if (!password.empty() && options.sentinel_master.empty())
        out += options.username.empty() ? command_of({"AUTH", password})
                                        : command_of({"AUTH", options.username, password});
    return out + command_of({"PING"});
}

awaitable<result<>> greet(const delivery::network& with, const storage::redis_address& at, bool tls,
                          std::string greeting) {
    const auto endpoints = co_await delivery::resolve(with.blocking, at.host, at.port);
    if (!endpoints) co_return endpoints.error();
    const auto here = co_await boost::asio::this_coro::executor;
    delivery::outbound connection{here, with};
    const auto connected = co_await connection.connect(*endpoints, at.host, tls);
    if (!connected) co_return connected.error();
    const auto unwritten = co_await connection.write(greeting);
    if (unwritten) co_return delivery::unreachable("writing", unwritten);
    std::string answer;
    while (answer.size() < answer_bytes_max) {
        if (answer.find("+PONG\r\n") != std::string::npos) co_return result<>{};
        const auto wrong = answer.find('-');
        if (wrong != std::string::npos && answer.ends_with("\r\n"))
            co_return base::fail(
                base::errc::unauthorized, "redis",
                "it answers " + answer.substr(wrong + 1, answer.find('\r', wrong) - wrong - 1));
        boost::system::error_code ended;
        const auto bytes = co_await connection.read_some(ended);
        if (ended) co_return delivery::unreachable("reading", ended);
        answer += bytes;
    }
    co_return base::fail(base::errc::unavailable, "redis", "its answer is not Redis's");
}

}  // namespace

finding check_redis(const config& value) {
    if (value.redis.url.empty()) return skipped("redis", "not used");
    const auto options = storage::parse_redis_url(value.redis.url);
    if (!options) return failure("redis", options.error().message, "correct redis.url");
    using boost::asio::ssl::context;
    std::shared_ptr<context> tls = std::make_shared<context>(context::tls_client);
    try {
        if (options->tls) tls = stripe::make_client_tls(value.redis.ca_file);
    } catch (const std::runtime_error& error) {
        return failure("redis", error.what(), "correct redis.ca_file");
    }
    base::worker blocking{1, 1};
    const delivery::network with{
        .blocking = blocking, .tls = tls, .timeout = value.redis.connect_timeout};
    for (const auto& at : options->addresses) {
        boost::asio::io_context io{1};
        const auto greeted = run_now(io, greet(with, at, options->tls, greeting_of(*options)));
        if (!greeted)
            return failure("redis", at.host + ":" + at.port + ": " + greeted.error().message,
                           "start Redis, or correct redis.url");
    }
    return ok("redis", options->addresses.size() == 1
                           ? "it answers"
                           : "all " + std::to_string(options->addresses.size()) + " answer");
}

}  // namespace tollgate::server::checks
