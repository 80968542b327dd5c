// The coroutine vocabulary of every room: an awaitable on an io_context's executor, nothing of
// sockets.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace tollgate::base {

template <typename T = void>
using awaitable = boost::asio::awaitable<T>;
using executor = boost::asio::any_io_executor;

}  // namespace tollgate::base
