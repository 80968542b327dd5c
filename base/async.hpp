// The coroutine types used by every room: an awaitable on an io_context's executor, without
// sockets. Include this wherever coroutines are written: it says where their frames are.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/frame_memory.hpp"

namespace boost::asio::detail {

// Asio has no other way to choose the memory of frames (docs/adr/0074).
template <>
inline void* thread_info_base::allocate(thread_info_base::awaitable_frame_tag, thread_info_base*,
                                        std::size_t size, std::size_t) {
    return tollgate::base::take_frame(size);
}

template <>
inline void thread_info_base::deallocate(thread_info_base::awaitable_frame_tag, thread_info_base*,
                                         void* pointer, std::size_t size) {
    tollgate::base::give_frame_back(pointer, size);
}

}  // namespace boost::asio::detail

namespace tollgate::base {

template <typename T = void>
using awaitable = boost::asio::awaitable<T>;
using executor = boost::asio::any_io_executor;

}  // namespace tollgate::base
