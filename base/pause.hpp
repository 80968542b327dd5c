// Waits on a timer that other code may cancel.
#pragma once
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

#include "base/async.hpp"

namespace tollgate::base {

// Returns after `duration`, or as soon as the timer is cancelled. `timer` lives until then; its
// executor is the caller's.
inline awaitable<> pause(boost::asio::steady_timer& timer, std::chrono::milliseconds duration) {
    timer.expires_after(duration);
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

}  // namespace tollgate::base
