#include "server/app/recent_ids.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::server {

namespace {
constexpr std::chrono::minutes sweep_every{1};
}

void recent_ids::follow(const tenancy::server_event& event) {
    if (event.kind == tenancy::server_change::unknown) return ids_.forget_all();
    // The server itself continues, with the same account and filter.
    if (event.kind == tenancy::server_change::token_ended ||
        event.kind == tenancy::server_change::owner_changed)
        return;
    ids_.forget(event.server_id);
}

base::awaitable<> recent_ids::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    timer_ = &timer;
    while (!stopping_) {
        timer.expires_after(sweep_every);
        boost::system::error_code error;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
        ids_.sweep(clock_.now());
    }
    timer_ = nullptr;
}

void recent_ids::stop() {
    stopping_ = true;
    if (timer_ != nullptr) timer_->cancel();
}

}  // namespace tollgate::server
