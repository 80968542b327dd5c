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

void close_at_end_of_thread() noexcept;

// The free frames of one thread; the last one given back is taken first, because it is the one most
// likely still in the processor's cache. It has no destructor, so it may be used until the thread
// is gone: a frame may end after everything else of its thread.
class frame_pool {
public:
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
        if (stage_ == stage::unused) {
            stage_ = stage::open;
            close_at_end_of_thread();
        }
        const std::size_t steps = (bytes + frame_step - 1) / frame_step;
        if (steps >= frame_sizes || stage_ == stage::closed ||
            kept_ + steps * frame_step > kept_bytes_max) {
            ::operator delete(memory);
            return;
        }
        free_[steps] = ::new (memory) free_frame{free_[steps]};
        kept_ += steps * frame_step;
    }

    // Frees what is kept. From now on nothing is kept.
    void close() noexcept {
        stage_ = stage::closed;
        for (free_frame*& head : free_)
            while (head != nullptr) {
                free_frame* const frame = head;
                head = frame->next;
                ::operator delete(frame);
            }
    }

private:
    enum class stage { unused, open, closed };

    std::array<free_frame*, frame_sizes> free_{};
    std::size_t kept_ = 0;
    stage stage_ = stage::unused;
};
static_assert(std::is_trivially_destructible_v<frame_pool>);

constinit thread_local frame_pool pool_of_thread;

// Closes the thread's pool when the thread ends.
struct pool_closer {
    pool_closer() = default;
    ~pool_closer() { pool_of_thread.close(); }
    pool_closer(const pool_closer&) = delete;
    pool_closer& operator=(const pool_closer&) = delete;
};

void close_at_end_of_thread() noexcept {
    thread_local const pool_closer closer;
    static_cast<void>(closer);
}

}  // namespace

void* take_frame(std::size_t bytes) {
    return pool_of_thread.take(bytes);
}

void give_frame_back(void* frame, std::size_t bytes) noexcept {
    pool_of_thread.give_back(frame, bytes);
}

#endif

}  // namespace tollgate::base
