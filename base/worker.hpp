// Threads for work that blocks: SQLite, files, slow key derivation. Never a loop's own work.
#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/async.hpp"

namespace tollgate::base {

// A fixed number of threads that run jobs in order of arrival. The queue is bounded: when it is
// full, try_post refuses and the caller answers "unavailable". The destructor runs what is queued,
// then joins.
class worker {
public:
    worker(std::size_t threads, std::size_t queue_limit);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // Queues `job`; false when the queue is full or the worker is stopping. Thread-safe. A job must
    // not throw.
    bool try_post(std::function<void()> job);

private:
    void run();

    const std::size_t queue_limit_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

// Runs `job` on `pool` and resumes the calling coroutine on its own executor with the job's value.
// A full queue gives nullopt. An exception of the job is rethrown here. `job` takes and returns
// values only: it outlives the caller's frame when the coroutine is destroyed.
template <typename Job>
awaitable<std::optional<std::invoke_result_t<Job>>> run_on(worker& pool, Job job) {
    using value = std::invoke_result_t<Job>;
    struct outcome {
        std::optional<value> result;
        std::exception_ptr error;
    };
    auto start = [&pool](auto handler, Job work) {
        auto resume_on = boost::asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto finish = [shared, resume_on](outcome done) {
            boost::asio::dispatch(resume_on, [shared, done = std::move(done)]() mutable {
                (*shared)(std::move(done));
            });
        };
        const bool queued = pool.try_post([finish, work = std::move(work)]() mutable {
            outcome done;
            try {
                done.result = work();
            } catch (...) {
                done.error = std::current_exception();
            }
            finish(std::move(done));
        });
        if (!queued) finish(outcome{});
    };
    auto done =
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(outcome)>(
            std::move(start), boost::asio::use_awaitable, std::move(job));
    if (done.error) std::rethrow_exception(done.error);
    co_return std::move(done.result);
}

}  // namespace tollgate::base
