#include "server/process/heap_trimmer.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

#include "base/thread_name.hpp"

namespace tollgate::server {

namespace {

constexpr std::chrono::seconds look_every{3};

// Unless these are set, the allocator raises both to the largest block it has seen, and then keeps
// as much at the end of each thread's heap, where malloc_trim() has no effect.
constexpr int block_of_its_own = 1024 * 1024;  // bytes; blocks of this size are returned as soon as
                                               // they are freed
constexpr int kept_at_the_end = 4 * 1024 * 1024;

memory_use current_use() {
    std::ifstream statm{"/proc/self/statm"};
    std::int64_t pages = 0;
    std::int64_t resident = 0;
    statm >> pages >> resident;
    const struct mallinfo2 heap = ::mallinfo2();
    return {.resident = resident * ::sysconf(_SC_PAGESIZE),
            .in_use = static_cast<std::int64_t>(heap.uordblks + heap.hblkhd)};
}

}  // namespace

bool heap_trimmer_rule::look(const memory_use& use) {
    const std::int64_t unused = use.resident - use.in_use;
    const bool resting = std::abs(use.resident - before_) < at_rest;
    before_ = use.resident;
    const bool worth = unused - least_unused_ >= worth_it;
    least_unused_ = std::min(least_unused_, unused);
    return resting && worth;
}

heap_trimmer::heap_trimmer(base::logger& log) : log_(log) {
    ::mallopt(M_MMAP_THRESHOLD, block_of_its_own);
    ::mallopt(M_TRIM_THRESHOLD, kept_at_the_end);
    thread_ = std::thread([this] { run(); });
}

heap_trimmer::~heap_trimmer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void heap_trimmer::run() {
    base::name_this_thread("heap-trimmer");
    std::unique_lock lock{mutex_};
    while (!wake_.wait_for(lock, look_every, [this] { return stopping_; }))
        if (rule_.look(current_use())) give_back();
}

void heap_trimmer::give_back() {
    const auto start = std::chrono::steady_clock::now();
    ::malloc_trim(0);
    const auto took = std::chrono::steady_clock::now() - start;
    const memory_use use = current_use();
    rule_.after(use);
    log_.info("heap_trimmed",
              {{"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()},
               {"resident_bytes", use.resident}});
}

}  // namespace tollgate::server
