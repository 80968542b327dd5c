#include "base/frame_memory.hpp"

#include <catch2/catch.hpp>

#include <cstring>
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

// Constructed before the thread has kept a frame, so it is destroyed after what frees those.
struct late_frame {
    void* memory = nullptr;
    ~late_frame() {
        give_frame_back(memory, 500);
        give_frame_back(take_frame(500), 500);
    }
};

TEST_CASE("frame_memory: a frame may end when its thread has freed what it kept",
          "[base][frame_memory]") {
    bool kept = false;
    std::thread other{[&] {
        thread_local late_frame late;
        late.memory = take_frame(500);
        give_frame_back(take_frame(500), 500);
        kept = true;
    }};
    other.join();
    CHECK(kept);
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
#endif
#endif

}  // namespace frame_memory_test
