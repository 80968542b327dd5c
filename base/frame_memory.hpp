// The memory of coroutines' frames, kept per thread by size. Asio keeps frames of up to 1,020 bytes
// only, and searches all that it keeps for one; most frames on the way of a call are larger, and
// went through aligned_alloc(), which never takes what the thread has just freed (docs/adr/0074).
#pragma once
#include <cstddef>

namespace tollgate::base {

// Memory for a frame of `bytes`, aligned as by operator new. Throws std::bad_alloc. Any thread.
void* take_frame(std::size_t bytes);

// Takes back what take_frame() returned for the same `bytes`, on any thread. Each thread keeps 1
// MiB at most; the rest is freed.
void give_frame_back(void* frame, std::size_t bytes) noexcept;

}  // namespace tollgate::base
