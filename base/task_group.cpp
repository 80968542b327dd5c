#include "base/task_group.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace tollgate::base {

awaitable<bool> task_group::wait_idle(std::chrono::milliseconds timeout) {
    if (running_ == 0) co_return true;
    idle_.expires_after(timeout);
    boost::system::error_code ignored;  // cancelled when idle, success after `timeout`
    co_await idle_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    co_return running_ == 0;
}

void task_group::report(std::string_view name, const std::exception_ptr& error) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& what) {
        log_.error("task_failed", {{"task", name}, {"reason", what.what()}});
    } catch (...) {
        log_.error("task_failed", {{"task", name}, {"reason", "unknown exception"}});
    }
}

}  // namespace tollgate::base
