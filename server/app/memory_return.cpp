#include "server/app/memory_return.hpp"

#include <algorithm>
#include <chrono>
#include <malloc.h>

namespace tollgate::server {

namespace {
constexpr std::chrono::seconds look_every{3};
}

memory_return::memory_return(const std::atomic<std::size_t>& open, base::logger& log)
    : open_(open), log_(log), thread_([this] { run(); }) {}

memory_return::~memory_return() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void memory_return::run() {
    std::size_t most = 0;
    std::size_t before = 0;
    std::unique_lock lock{mutex_};
    while (!wake_.wait_for(lock, look_every, [this] { return stopping_; })) {
        const std::size_t now = open_;
        most = std::max(most, now);
        // Not in the middle of it: once the number has come to rest.
        const std::size_t moved = std::max(now, before) - std::min(now, before);
        if (moved < worth_it / 10 && most - now >= worth_it) {
            give_back();
            most = now;
        }
        before = now;
    }
}

void memory_return::give_back() {
    const auto start = std::chrono::steady_clock::now();
    const bool some = ::malloc_trim(0) == 1;
    const auto took = std::chrono::steady_clock::now() - start;
    if (some)
        log_.info(
            "memory_returned",
            {{"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

}  // namespace tollgate::server
