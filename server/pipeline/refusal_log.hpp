// How many lines strangers may write into the log.
#pragma once
#include <chrono>
#include <cstdint>

namespace tollgate::server {

struct request_context;

// A bucket of lines: fifty at once, then five a second. What finds it empty is counted, and the
// count is logged before the next line. Not thread-safe: one for each pipeline.
class refusal_log {
public:
    // Whether a line about a refusal may be written at `now`; if not, it is counted.
    bool admit(std::chrono::steady_clock::time_point now);

    // How many were refused a line since the last call.
    std::int64_t take_left_out();

private:
    static constexpr double lines_max = 50;
    static constexpr double lines_per_second = 5;

    double lines_ = lines_max;
    std::chrono::steady_clock::time_point filled_{};
    std::int64_t left_out_ = 0;
};

// True of an answer to somebody of whom nothing is known: a refusal without a grant, and of the
// admin API one for lack of a key.
bool refused_stranger(const request_context& context, unsigned status);

}  // namespace tollgate::server
