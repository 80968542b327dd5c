// Threads for blocking work: SQLite, files, slow key derivation. Not for a loop's own work.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/async.hpp"

namespace tollgate::base {

// A fixed number of threads, all with one name (base/thread_name.hpp), that run jobs in order of
// arrival. The queue is bounded: if it is full, try_post refuses and the caller answers
// "unavailable". The destructor runs the queued jobs, then joins.
class worker {
public:
    worker(std::size_t threads, std::size_t queue_limit, const char* name = "worker");
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // Queues `job`; false if the queue is full or the worker is stopping. Thread-safe. A job must
    // not throw.
    bool try_post(std::function<void()> job);

private:
    void run();

    const char* const name_;
    const std::size_t queue_limit_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

// Runs `job` on `pool` and resumes the calling coroutine on its own executor. Returns false without
// running it if the queue is full. The job must not throw, and must own what it uses: it outlives
// the caller's frame if the coroutine is destroyed.
awaitable<bool> run_job_on(worker& pool, std::function<void()> job);

// The same for a job that returns a value. Returns nullopt if the queue is full, and rethrows an
// exception thrown by the job. `job` takes and returns values only.
template <typename Job>
awaitable<std::optional<std::invoke_result_t<Job>>> run_on(worker& pool, Job job) {
    struct outcome {
        std::optional<std::invoke_result_t<Job>> result;
        std::exception_ptr error;
    };
    const auto done = std::make_shared<outcome>();
    std::function<void()> work = [done, task = std::move(job)]() mutable {
        try {
            done->result = task();
        } catch (...) {
            done->error = std::current_exception();
        }
    };
    if (!co_await run_job_on(pool, std::move(work))) co_return std::nullopt;
    if (done->error) std::rethrow_exception(done->error);
    co_return std::move(done->result);
}

}  // namespace tollgate::base
