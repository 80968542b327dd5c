#include "base/frame_memory.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <malloc.h>
#include <thread>
#include <vector>

namespace frame_memory_test {

using tollgate::base::give_frame_back;
using tollgate::base::take_frame;

TEST_CASE("frame_memory: frames in use never share memory, whatever their sizes",
          "[base][frame_memory]") {
    struct used_frame {
        unsigned char* memory;
        std::size_t bytes;
    };
    std::vector<used_frame> frames;
    for (int round = 0; round < 4; ++round) {
        for (std::size_t bytes :
             {1U, 63U, 64U, 65U, 1020U, 1033U, 4096U, 8127U, 8128U, 8192U, 20'000U}) {
            for (int i = 0; i < 40; ++i) {
                auto* const memory = static_cast<unsigned char*>(take_frame(bytes));
                std::memset(memory, static_cast<int>(frames.size() % 251), bytes);
                frames.push_back({memory, bytes});
            }
        }
        for (std::size_t i = 0; i < frames.size(); ++i)
            for (std::size_t at = 0; at < frames[i].bytes; at += 61)
                REQUIRE(frames[i].memory[at] == i % 251);
        // Half of them on another thread.
        std::thread other{[&] {
            for (std::size_t i = 0; i < frames.size(); i += 2)
                give_frame_back(frames[i].memory, frames[i].bytes);
        }};
        other.join();
        for (std::size_t i = 1; i < frames.size(); i += 2)
            give_frame_back(frames[i].memory, frames[i].bytes);
        frames.clear();
    }
}

#if defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST_CASE("frame_memory: the frame freed last is taken first", "[base][frame_memory]") {
    void* const first = take_frame(2'000);
    void* const second = take_frame(2'000);
    give_frame_back(first, 2'000);
    give_frame_back(second, 2'000);
    CHECK(take_frame(1'990) == second);
    CHECK(take_frame(2'000) == first);
    give_frame_back(first, 2'000);
    give_frame_back(second, 1'990);
}

TEST_CASE("frame_memory: a frame given back on another thread is taken again there",
          "[base][frame_memory]") {
    void* const frame = take_frame(3'000);
    void* taken = nullptr;
    std::thread other{[&] {
        give_frame_back(frame, 3'000);
        taken = take_frame(3'000);
        give_frame_back(taken, 3'000);
    }};
    other.join();
    CHECK(taken == frame);
}

TEST_CASE("frame_memory: a thread frees what it kept at its end, and what ends after that",
          "[base][frame_memory]") {
    struct some_frames {
        std::vector<void*> taken;
        void take() {
            for (int each = 0; each < 100; ++each) taken.push_back(take_frame(5'000));
        }
        ~some_frames() {
            for (void* const frame : taken) give_frame_back(frame, 5'000);
        }
    };
    const auto run_threads = [](int count) {
        for (int i = 0; i < count; ++i) {
            std::thread other{[] {
                // Ends after the pool of its thread, because it is made before a frame is kept.
                thread_local some_frames late;
                some_frames early;
                late.take();
                early.take();
            }};
            other.join();
        }
    };
    const auto in_use = [] {
        const auto heap = ::mallinfo2();
        return heap.uordblks + heap.hblkhd;
    };
    run_threads(20);
    const auto before = in_use();
    run_threads(20);
    // Each had twice half a MiB. A thread's heap itself may stay, for the next thread.
    CHECK(in_use() < before + 1'000'000);
}
#endif
#endif

}  // namespace frame_memory_test
