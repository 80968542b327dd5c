#include "mcp/tools/call_watch.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::mcp {

namespace {
constexpr std::chrono::milliseconds between_portions{1};
}

struct call_watch::held_place {
    held_place(std::list<waiter>& in, call_monitor& call, const base::executor& where)
        : list(in), here(in.emplace(in.end(), call, boost::asio::steady_timer{where})) {}
    ~held_place() { list.erase(here); }
    held_place(const held_place&) = delete;
    held_place& operator=(const held_place&) = delete;
    std::list<waiter>& list;
    const place here;
};

base::awaitable<> call_watch::wait(call_monitor& call) {
    const base::executor executor = co_await boost::asio::this_coro::executor;
    if (!next_look_) next_look_.emplace(executor);
    const held_place held{waiting_, call, executor};
    auto& wake = held.here->wake;
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    if (!planned_) look_later(period_);
    boost::system::error_code woken;
    co_await wake.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void call_watch::look_later(std::chrono::milliseconds pause) {
    planned_ = true;
    next_look_->expires_after(pause);
    next_look_->async_wait([this](boost::system::error_code) {
        planned_ = false;
        look();
    });
}

void call_watch::look() {
    std::size_t count = 0;
    // The newest first: they wait for what older ones hold, and are not to get it on their way out.
    for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one) {
        if (one->woken || one->call.end() == call_end::none) continue;
        one->woken = true;
        one->wake.cancel();
        if (++count == portion_) break;
    }
    if (waiting_.empty()) return;
    look_later(count == portion_ ? between_portions : period_);
}

}  // namespace tollgate::mcp
