// A loop for fixtures that fails their test if work is left over.
#pragma once
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <exception>

namespace tollgate::test {

// Declare it before everything that runs on it: what is destroyed first cancels its operations, and
// the loop then has a second to run their handlers. So they run when their owners are gone, and may
// not touch them. Work that remains is a coroutine or a timer of more than a second that nobody
// ends, and fails the test.
class drained_loop : public boost::asio::io_context {
public:
    drained_loop() : io_context(1) {}
    drained_loop(const drained_loop&) = delete;
    drained_loop& operator=(const drained_loop&) = delete;
    ~drained_loop() {
        if (std::uncaught_exceptions() > 0) return;  // the test has failed already
        restart();
        run_for(std::chrono::seconds{1});
        CHECK(stopped());
    }
};

}  // namespace tollgate::test
