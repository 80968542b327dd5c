// Whether cached values may be used without asking the record store.
#pragma once
#include <atomic>
#include <cstdint>
#include <ctime>
#include <limits>

namespace tollgate::tenancy {

// Expires unless it is extended, so that an instance that was paused or disconnected trusts none of
// its cached values. Thread-safe.
class cache_lease {
public:
    static constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();

    // `until_ms` is on the clock of now_ms(); for_ever: no other instance uses the store.
    explicit cache_lease(std::int64_t until_ms) : until_ms_(until_ms) {}

    // Milliseconds of a clock that is never set and keeps running while the machine sleeps.
    static std::int64_t now_ms() {
        timespec at{};
        ::clock_gettime(CLOCK_BOOTTIME, &at);
        return std::int64_t{at.tv_sec} * 1000 + at.tv_nsec / 1'000'000;
    }

    bool holds() const {
        const std::int64_t until = until_ms_.load(std::memory_order_acquire);
        return until == for_ever || now_ms() < until;
    }

    // Called by one thread only, after it has dropped outdated values.
    void hold_until(std::int64_t until_ms) { until_ms_.store(until_ms, std::memory_order_release); }

private:
    std::atomic<std::int64_t> until_ms_;
};

}  // namespace tollgate::tenancy
