// Runs one coroutine to its end on a loop of its own, for tests.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <ostream>
#include <utility>

#include "base/async.hpp"
#include "base/result.hpp"

namespace tollgate::base {

// Lets a test print a result it did not expect.
inline std::ostream& operator<<(std::ostream& out, const failure& error) {
    return out << error.code << " (" << error.field << "): " << error.message;
}

}  // namespace tollgate::base

namespace tollgate::test {

// For co_spawn: what a spawned coroutine throws fails the test that runs its loop.
inline void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

// A loop that is destroyed when the process ends: a worker thread may still be inside post() of it
// when run() returns.
inline boost::asio::io_context& new_loop() {
    static std::mutex mutex;
    static std::deque<boost::asio::io_context> loops;
    const std::lock_guard lock{mutex};
    return loops.emplace_back(1);
}

inline boost::asio::io_context& loop_of_this_thread() {
    thread_local boost::asio::io_context& loop = new_loop();
    loop.restart();
    return loop;
}

template <typename T>
T run_sync(base::awaitable<T> task) {
    boost::asio::io_context& loop = loop_of_this_thread();
    std::exception_ptr error;
    std::optional<T> value;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T result) {
        error = thrown;
        if (!thrown) value.emplace(std::move(result));
    });
    loop.run();
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

inline void run_sync(base::awaitable<> task) {
    boost::asio::io_context& loop = loop_of_this_thread();
    std::exception_ptr error;
    boost::asio::co_spawn(loop, std::move(task),
                          [&](std::exception_ptr thrown) { error = thrown; });
    loop.run();
    if (error) std::rethrow_exception(error);
}

}  // namespace tollgate::test
