// The coroutine types used by every room: an awaitable on an io_context's executor, without
// sockets. Include this wherever coroutines are written: it says where their frames are, and
// tests/tidy sees to it.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/coroutine_frames.hpp"

namespace tollgate::base {

template <typename T = void>
using awaitable = boost::asio::awaitable<T>;
using executor = boost::asio::any_io_executor;

}  // namespace tollgate::base
