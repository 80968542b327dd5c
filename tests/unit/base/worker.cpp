#include "base/worker.hpp"

#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <future>
#include <pthread.h>
#include <string>

#include "tests/support/drained_loop.hpp"

namespace worker_test {

using namespace tollgate::base;

namespace {

awaitable<> job_thread(worker& pool, std::thread::id& job, std::thread::id& after) {
    const auto seen = co_await run_on(pool, [] { return std::this_thread::get_id(); });
    job = seen.value();
    after = std::this_thread::get_id();
}

awaitable<> throwing(worker& pool, bool& caught) {
    try {
        co_await run_on(pool, []() -> int { throw std::runtime_error("no"); });
    } catch (const std::runtime_error&) {
        caught = true;
    }
}

awaitable<> refused(worker& pool, bool& was_refused) {
    const auto value = co_await run_on(pool, [] { return 1; });
    was_refused = !value.has_value();
}

void run(awaitable<> task) {
    tollgate::test::drained_loop loop;
    std::exception_ptr error;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr e) { error = e; });
    loop.run();
    if (error) std::rethrow_exception(error);
}

}  // namespace

TEST_CASE("worker: a job runs on the worker and the caller resumes on its loop", "[base][worker]") {
    worker pool{1, 8};
    std::thread::id job;
    std::thread::id after;
    run(job_thread(pool, job, after));
    REQUIRE(job != std::this_thread::get_id());
    REQUIRE(after == std::this_thread::get_id());
}

TEST_CASE("worker: its threads have its name", "[base][worker]") {
    std::promise<std::string> name;
    worker pool{1, 8, "store-reader"};
    REQUIRE(pool.try_post([&name] {
        std::array<char, 16> text{};
        ::pthread_getname_np(::pthread_self(), text.data(), text.size());
        name.set_value(text.data());
    }));
    REQUIRE(name.get_future().get() == "store-reader");
}

TEST_CASE("worker: an exception of the job reaches the caller", "[base][worker]") {
    worker pool{1, 8};
    bool caught = false;
    run(throwing(pool, caught));
    REQUIRE(caught);
}

TEST_CASE("worker: a full queue refuses instead of growing", "[base][worker]") {
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    std::promise<void> started;
    worker pool{1, 1};
    REQUIRE(pool.try_post([&started, opened] {
        started.set_value();
        opened.wait();
    }));
    started.get_future().wait();
    REQUIRE(pool.try_post([] {}));
    bool was_refused = false;
    run(refused(pool, was_refused));
    gate.set_value();
    REQUIRE(was_refused);
}

}  // namespace worker_test
