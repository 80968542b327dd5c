#include "base/frame_memory.hpp"

#include <array>
#include <new>

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
// likely still in the processor's cache.
class frame_pool {
public:
    frame_pool() = default;
    ~frame_pool() {
        closed_ = true;
        for (free_frame*& head : free_)
            while (head != nullptr) {
                free_frame* const frame = head;
                head = frame->next;
                ::operator delete(frame);
            }
    }
    frame_pool(const frame_pool&) = delete;
    frame_pool& operator=(const frame_pool&) = delete;

    void* take(std::size_t bytes) {
        const std::size_t steps = (bytes + frame_step - 1) / frame_step;
        if (steps >= frame_sizes) return ::operator new(bytes);
        free_frame* const frame = free_[steps];
        if (frame == nullptr) return ::operator new(steps * frame_step);
        free_[steps] = frame->next;
        kept_ -= steps * frame_step;
        return frame;
    }

    void give_back(void* memory, std::size_t bytes) noexcept {
        const std::size_t steps = (bytes + frame_step - 1) / frame_step;
        if (steps >= frame_sizes || closed_ || kept_ + steps * frame_step > kept_bytes_max) {
            ::operator delete(memory);
            return;
        }
        free_[steps] = ::new (memory) free_frame{free_[steps]};
        kept_ += steps * frame_step;
    }

private:
    std::array<free_frame*, frame_sizes> free_{};
    std::size_t kept_ = 0;
    bool closed_ = false;  // the thread ends; a frame may still end after its pool
};

frame_pool& pool_of_thread() noexcept {
    thread_local frame_pool pool;
    return pool;
}

}  // namespace

void* take_frame(std::size_t bytes) {
    return pool_of_thread().take(bytes);
}

void give_frame_back(void* frame, std::size_t bytes) noexcept {
    pool_of_thread().give_back(frame, bytes);
}

#endif

}  // namespace tollgate::base
