// A loop for fixtures that fails their test if work is left over.
#pragma once
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <vector>

#include "tests/support/run_sync.hpp"

namespace tollgate::test {

// Declare it before everything that runs on it: what is destroyed first cancels its operations, and
// the loop then has a second to run their handlers. So they run when their owners are gone, and may
// not touch them. Work that remains is a coroutine or a timer of more than a second that nobody
// ends, and fails the test.
//
// The loop itself lives until the process ends, because a worker thread may still be inside post()
// of it; a later test of the same thread uses it again. Used and destroyed on one thread.
class drained_loop {
public:
    using executor_type = boost::asio::io_context::executor_type;

    drained_loop() = default;
    drained_loop(const drained_loop&) = delete;
    drained_loop& operator=(const drained_loop&) = delete;
    ~drained_loop() {
        if (std::uncaught_exceptions() > 0) return;  // the test has failed already
        io_.restart();
        io_.run_for(std::chrono::seconds{1});
        CHECK(io_.stopped());
        if (!io_.stopped()) return;
        io_.restart();
        unused().push_back(&io_);
    }

    // It is used as the loop.
    operator boost::asio::io_context&() { return io_; }  // NOLINT(google-explicit-constructor)
    executor_type get_executor() { return io_.get_executor(); }
    std::size_t run() { return io_.run(); }
    std::size_t run_one() { return io_.run_one(); }
    std::size_t poll() { return io_.poll(); }
    template <typename Duration>
    std::size_t run_for(Duration span) {
        return io_.run_for(span);
    }
    template <typename Duration>
    std::size_t run_one_for(Duration span) {
        return io_.run_one_for(span);
    }
    void restart() { io_.restart(); }
    void stop() { io_.stop(); }
    bool stopped() const { return io_.stopped(); }

private:
    static std::vector<boost::asio::io_context*>& unused() {
        thread_local std::vector<boost::asio::io_context*> loops;
        return loops;
    }
    static boost::asio::io_context& take() {
        if (unused().empty()) return new_loop();
        auto* const out = unused().back();
        unused().pop_back();
        return *out;
    }

    boost::asio::io_context& io_ = take();
};

}  // namespace tollgate::test
