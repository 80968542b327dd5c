#include "base/worker.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

#include "base/thread_name.hpp"

namespace tollgate::base {

worker::worker(std::size_t threads, std::size_t queue_limit, const char* name)
    : name_(name), queue_limit_(queue_limit) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

worker::~worker() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool worker::try_post(std::function<void()> job) {
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || jobs_.size() >= queue_limit_) return false;
        jobs_.push_back(std::move(job));
    }
    ready_.notify_one();
    return true;
}

void worker::run() {
    name_this_thread(name_);
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock{mutex_};
            ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

// Not a template, so that Asio's part is compiled once here and not for each kind of job.
awaitable<bool> run_job_on(worker& pool, std::function<void()> job) {
    auto start = [&pool](auto handler, std::function<void()> work) {
        auto resume_on = boost::asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto finish = [shared, resume_on](bool ran) {
            boost::asio::dispatch(resume_on, [shared, ran] { (*shared)(ran); });
        };
        const bool queued = pool.try_post([finish, task = std::move(work)] {
            task();
            finish(true);
        });
        if (!queued) finish(false);
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                   void(bool)>(
        std::move(start), boost::asio::use_awaitable, std::move(job));
}

}  // namespace tollgate::base
