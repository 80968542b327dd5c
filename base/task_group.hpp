// Owners of spawned coroutines: every coroutine that runs has an owner that waits for it.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/log.hpp"

namespace tollgate::base {

// Counts the coroutines of one loop. Used only on that loop's thread, except where said otherwise.
class task_group {
public:
    task_group(executor where, logger& log)
        : executor_(std::move(where)), log_(log), idle_(executor_) {
        idle_.expires_at(boost::asio::steady_timer::time_point::max());
    }

    const executor& get_executor() const { return executor_; }
    std::size_t size() const { return running_; }

    // Starts `task` on the group's executor. An exception that escapes it is logged under `name` (a
    // literal) and stops there. Call on the group's thread.
    void spawn(std::string_view name, awaitable<> task) {
        ++running_;
        boost::asio::co_spawn(executor_, std::move(task), [this, name](std::exception_ptr error) {
            --running_;
            if (error) report(name, error);
            if (running_ == 0) idle_.cancel();
        });
    }

    // Returns when no task is running, or after `timeout`; true if none is running.
    awaitable<bool> wait_idle(std::chrono::milliseconds timeout);

private:
    void report(std::string_view name, const std::exception_ptr& error) noexcept;

    executor executor_;
    logger& log_;
    boost::asio::steady_timer idle_;
    std::size_t running_ = 0;
};

}  // namespace tollgate::base
