// Gives memory back to the system after a rush.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/log.hpp"

namespace tollgate::server {

// What the process holds and what of it is in use, in bytes.
struct memory_use {
    std::int64_t resident = 0;
    std::int64_t in_use = 0;  // by the allocator's count
};

// When giving memory back is worth its milliseconds: once the process has come to rest with much
// more unused memory than it once had. A decision without I/O.
class heap_trimmer_rule {
public:
    static constexpr std::int64_t worth_it = 8 * 1024 * 1024;
    static constexpr std::int64_t at_rest = 1024 * 1024;

    // One look; true when memory should be given back now. `after` must be told then.
    bool look(const memory_use& now);
    // What there was after giving back: it is not worth trying again before more has gathered.
    void after(const memory_use& now) { least_unused_ = now.resident - now.in_use; }

private:
    std::int64_t before_ = 0;
    std::int64_t least_unused_ = INT64_MAX;
};

// The allocator keeps what was freed: half a gigabyte after ten thousand streams, a hundred
// megabytes after a few large answers. Looks every few seconds, on a thread of its own.
class heap_trimmer {
public:
    // Also sets how much the allocator of this process keeps. `log` outlives this object.
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
