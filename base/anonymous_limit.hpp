// Limits the records written about requests from unknown callers, so that they cannot fill the
// disk.
#pragma once
#include <chrono>
#include <cstdint>

namespace tollgate::base {

// A token bucket for such records: a burst of 50, then 5 per second. Records beyond it are counted
// but not written. Not thread-safe.
class anonymous_limit {
public:
    // True if a record may be written at `now`; otherwise it is counted.
    bool admit(std::chrono::steady_clock::time_point now);

    // Returns the number of records left out since the last call, and resets it to 0.
    std::int64_t take_left_out();

private:
    static constexpr double records_max = 50;
    static constexpr double records_per_second = 5;

    double records_ = records_max;
    std::chrono::steady_clock::time_point filled_{};
    std::int64_t left_out_ = 0;
};

}  // namespace tollgate::base
