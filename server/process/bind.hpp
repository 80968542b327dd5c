// Addresses, and other small steps of a start.
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

// Limits and deadlines of client connections, as configured.
connection_options options_of(const config& from);

// "host:port" as an endpoint; names are resolved (blocking). A failure names `key`.
base::result<boost::asio::ip::tcp::endpoint> resolve_address(const std::string& text,
                                                             const char* key);

// Fails when another process listens there. SO_REUSEPORT would let two gateways share a port
// unnoticed, so this asks without it first.
base::result<> check_free(const boost::asio::ip::tcp::endpoint& address, const char* key);

std::string to_text(const boost::asio::ip::tcp::endpoint& address);

// True when `address`, as to_text() wrote it, stands for every address of the machine.
bool is_every_address(std::string_view address);

// Runs `task` on `io` from this thread until it is done, before the loop has a thread.
template <typename T>
T run_now(boost::asio::io_context& io, base::awaitable<T> task) {
    std::optional<T> out;
    std::exception_ptr error;
    bool done = false;
    // Work that comes back from another thread must find the loop waiting, not stopped.
    const auto waiting = boost::asio::make_work_guard(io);
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr failed, T value) {
        error = failed;
        out.emplace(std::move(value));
        done = true;
    });
    while (!done) io.run_one();
    if (error) std::rethrow_exception(error);
    return std::move(*out);
}

}  // namespace tollgate::server
