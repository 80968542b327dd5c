#include "mcp/tools/call_watch.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::mcp {

namespace {
constexpr std::chrono::milliseconds between_portions{1};
}

call_watch::hook::hook(call_watch& watch, call_monitor& call, const base::executor& where,
                       std::function<void()> act)
    : watch_(watch),
      here_(watch.waiting_.insert(watch.waiting_.end(), waiter{call, std::move(act)})) {
    if (!watch_.next_look_) watch_.next_look_.emplace(where);
    if (!watch_.planned_) watch_.look_later(watch_.period_);
}

base::awaitable<> call_watch::wait(call_monitor& call) {
    const base::executor executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer wake{executor};
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    const hook held{*this, call, executor, [&wake] { wake.cancel(); }};
    boost::system::error_code woken;
    co_await wake.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void call_watch::look_later(std::chrono::milliseconds pause) {
    planned_ = true;
    next_look_->expires_after(pause);
    next_look_->async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code) {
        if (alive.expired()) return;
        planned_ = false;
        look();
    });
}

void call_watch::look() {
    std::size_t count = 0;
    // Wakes the newest first: they wait for resources that older calls hold, and must not acquire
    // them while ending.
    for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one) {
        if (one->woken || one->call.end() == call_end::none) continue;
        one->woken = true;
        one->act();
        if (++count == portion_) break;
    }
    if (waiting_.empty()) return;
    look_later(count == portion_ ? between_portions : period_);
}

}  // namespace tollgate::mcp
