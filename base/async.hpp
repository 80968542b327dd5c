// The coroutine types used by every room: an awaitable on an io_context's executor, without
// sockets.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace tollgate::base {

template <typename T = void>
using awaitable = boost::asio::awaitable<T>;
using executor = boost::asio::any_io_executor;

}  // namespace tollgate::base
