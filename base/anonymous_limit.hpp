// Limits what is written about requests of unknown callers, so that they cannot fill a disk.
#pragma once
#include <chrono>
#include <cstdint>

namespace tollgate::base {

// A bucket of records: fifty at once, then five a second. When it is empty, records are only
// counted. Not thread-safe.
class anonymous_limit {
public:
    // True if a record may be written at `now`; otherwise it is counted.
    bool admit(std::chrono::steady_clock::time_point now);

    // How many records were left out since the last call.
    std::int64_t take_left_out();

private:
    static constexpr double records_max = 50;
    static constexpr double records_per_second = 5;

    double records_ = records_max;
    std::chrono::steady_clock::time_point filled_{};
    std::int64_t left_out_ = 0;
};

}  // namespace tollgate::base
