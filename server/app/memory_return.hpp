// Gives memory back to the system after many connections have gone.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "base/log.hpp"

namespace tollgate::server {

// The allocator keeps what was freed in small pieces between others: half a gigabyte after ten
// thousand streams. Looks every few seconds, on a thread of its own, because giving back takes some
// milliseconds.
class memory_return {
public:
    // How many connections must have gone since the most that were open.
    static constexpr std::size_t worth_it = 1'000;

    // `open` counts connections; it and `log` outlive this object.
    memory_return(const std::atomic<std::size_t>& open, base::logger& log);
    // Ends the thread.
    ~memory_return();
    memory_return(const memory_return&) = delete;
    memory_return& operator=(const memory_return&) = delete;

private:
    void run();
    void give_back();

    const std::atomic<std::size_t>& open_;
    base::logger& log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tollgate::server
