// Limits the log lines about refused requests.
#pragma once
#include <chrono>
#include <cstdint>

namespace tollgate::server {

struct request_context;

// A bucket of lines: fifty at once, then five a second. When it is empty, lines are only counted,
// and the count is logged before the next line. Not thread-safe: one per pipeline.
class refusal_log {
public:
    // True if a line about a refusal may be written at `now`; otherwise it is counted.
    bool admit(std::chrono::steady_clock::time_point now);

    // How many lines were left out since the last call.
    std::int64_t take_left_out();

private:
    static constexpr double lines_max = 50;
    static constexpr double lines_per_second = 5;

    double lines_ = lines_max;
    std::chrono::steady_clock::time_point filled_{};
    std::int64_t left_out_ = 0;
};

// True for a refusal to an unknown caller: one without a grant or, at the admin API, without a
// valid key.
bool is_anonymous_refusal(const request_context& context, unsigned status);

}  // namespace tollgate::server
