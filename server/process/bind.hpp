// Addresses, and other small steps of startup.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <exception>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "server/config/config.hpp"
#include "server/http/connection.hpp"

namespace tollgate::server {

// Limits and deadlines of client connections from the configuration.
connection_options options_of(const config& from);

// "host:port" as an endpoint; names are resolved (blocking). Failures name `key`.
base::result<boost::asio::ip::tcp::endpoint> resolve_address(const std::string& text,
                                                             const char* key);

// Fails if another process listens there. With SO_REUSEPORT two gateways could share a port
// unnoticed, so this first tries without it.
base::result<> check_free(const boost::asio::ip::tcp::endpoint& address, const char* key);

std::string to_text(const boost::asio::ip::tcp::endpoint& address);

// True if `address`, as written by to_text(), means every address of the machine.
bool is_every_address(std::string_view address);

// Runs `task` on `io` on this thread until it completes. Call before the loop has its own thread.
template <typename T>
T run_now(boost::asio::io_context& io, base::awaitable<T> task) {
    std::optional<T> out;
    std::exception_ptr error;
    bool done = false;
    // Keeps the loop waiting rather than stopped while work continues on another thread.
    const auto waiting = boost::asio::make_work_guard(io);
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr failed, T value) {
        error = failed;
        out.emplace(std::move(value));
        done = true;
    });
    while (!done) io.run_one();  // NOLINT(bugprone-infinite-loop): the handler above sets it
    if (error) std::rethrow_exception(error);
    return std::move(*out);
}

}  // namespace tollgate::server
