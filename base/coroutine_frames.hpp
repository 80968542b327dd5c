// Puts the frames of all coroutines into the pool of frame_memory. Two files of one program that
// disagree about that would free frames that the other one has taken, so base/async.hpp and the
// precompiled headers both include this.
#pragma once
#include <boost/asio/detail/thread_info_base.hpp>

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
