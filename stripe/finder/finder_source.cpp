#include "stripe/finder/finder_source.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>

#include "base/thread_name.hpp"

namespace tollgate::stripe {

namespace asio = boost::asio;

finder_source::finder_source()
    : maker_([this] {
          base::name_this_thread("finder-index");
          constexpr int low = 10;
          ::setpriority(PRIO_PROCESS, 0, low);  // of this thread only; works without it, too
          finder_.emplace();
          made_ = true;
      }) {}

finder_source::~finder_source() {
    maker_.join();
}

base::awaitable<const operation_finder*> finder_source::get() const {
    if (!made_) {
        constexpr std::chrono::milliseconds step{2};
        const auto here = co_await asio::this_coro::executor;
        asio::steady_timer timer{here};
        while (!made_) {
            timer.expires_after(step);
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
    co_return &*finder_;
}

}  // namespace tollgate::stripe
