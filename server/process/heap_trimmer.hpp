// Returns memory to the system after a load peak.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/log.hpp"

namespace tollgate::server {

// The resident memory of the process and the part in use, in bytes.
struct memory_use {
    std::int64_t resident = 0;
    std::int64_t in_use = 0;  // according to the allocator
};

// Decides when returning memory is worth the milliseconds that it takes: when the process is idle
// and has much more unused memory than before. Pure decision without I/O.
class heap_trimmer_rule {
public:
    static constexpr std::int64_t worth_it = 8 * 1024 * 1024;
    static constexpr std::int64_t at_rest = 1024 * 1024;

    // Records a measurement; true if memory should be returned now. Call after() then.
    bool look(const memory_use& use);
    // Records the memory after a return: the next one is worthwhile only when much more is unused
    // again.
    void after(const memory_use& use) { least_unused_ = use.resident - use.in_use; }

private:
    std::int64_t before_ = 0;
    std::int64_t least_unused_ = INT64_MAX;
};

// The allocator keeps freed memory: half a gigabyte after ten thousand streams, a hundred megabytes
// after a few large answers. This class checks every few seconds, on its own thread, and returns
// it.
class heap_trimmer {
public:
    // Also sets how much memory this process's allocator keeps. `log` outlives this object.
    explicit heap_trimmer(base::logger& log);
    // Ends the thread.
    ~heap_trimmer();
    heap_trimmer(const heap_trimmer&) = delete;
    heap_trimmer& operator=(const heap_trimmer&) = delete;

private:
    void run();
    void give_back();

    base::logger& log_;
    heap_trimmer_rule rule_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tollgate::server
