#include "base/frame_memory.hpp"

#include <array>
#include <new>
#include <type_traits>

// The sanitizers must see a frame end, so nothing is kept for them.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TOLLGATE_FRAMES_ARE_FREED
#endif
#endif

namespace tollgate::base {

#ifdef TOLLGATE_FRAMES_ARE_FREED

void* take_frame(std::size_t bytes) {
    return ::operator new(bytes);
}

void give_frame_back(void* frame, std::size_t) noexcept {
    ::operator delete(frame);
}

#else

namespace {

constexpr std::size_t frame_step = 64;    // frames are kept in sizes that differ by this
constexpr std::size_t frame_sizes = 128;  // up to 8 KiB
constexpr std::size_t kept_bytes_max = std::size_t{1024} * 1024;

struct free_frame {
    free_frame* next;
};

// The free frames of one thread; the last one given back is taken first, because it is the one most
// likely still in the processor's cache. It has no destructor, because frames may still end after
// those of the thread's other objects.
struct frame_pool {
    void* take(std::size_t bytes) {
        const std::size_t steps = (bytes + frame_step - 1) / frame_step;
        if (steps >= frame_sizes) return ::operator new(bytes);
        free_frame* const frame = free[steps];
        if (frame == nullptr) return ::operator new(steps * frame_step);
        free[steps] = frame->next;
        kept -= steps * frame_step;
        return frame;
    }

    void give_back(void* memory, std::size_t bytes) noexcept {
        const std::size_t steps = (bytes + frame_step - 1) / frame_step;
        if (steps >= frame_sizes || closed || kept + steps * frame_step > kept_bytes_max) {
            ::operator delete(memory);
            return;
        }
        free[steps] = ::new (memory) free_frame{free[steps]};
        kept += steps * frame_step;
    }

    // Frees all that is kept; nothing is kept from then on.
    void close() noexcept {
        closed = true;
        for (free_frame*& head : free)
            while (head != nullptr) {
                free_frame* const frame = head;
                head = frame->next;
                ::operator delete(frame);
            }
        kept = 0;
    }

    std::array<free_frame*, frame_sizes> free{};
    std::size_t kept = 0;
    bool closed = false;
};

constinit thread_local frame_pool pool_of_thread;
static_assert(std::is_trivially_destructible_v<frame_pool>);

// Closes the pool when the thread ends.
struct pool_end {
    ~pool_end() { pool_of_thread.close(); }
    void expect() const noexcept {}
};

thread_local pool_end end_of_thread;

}  // namespace

void* take_frame(std::size_t bytes) {
    return pool_of_thread.take(bytes);
}

void give_frame_back(void* frame, std::size_t bytes) noexcept {
    if (pool_of_thread.kept == 0) end_of_thread.expect();
    pool_of_thread.give_back(frame, bytes);
}

#endif

}  // namespace tollgate::base
