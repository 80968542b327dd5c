#include "base/anonymous_limit.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::base {

bool anonymous_limit::admit(std::chrono::steady_clock::time_point now) {
    const std::chrono::duration<double> passed = now - filled_;
    records_ = std::min(records_max, records_ + passed.count() * records_per_second);
    filled_ = now;
    if (records_ < 1) {
        ++left_out_;
        return false;
    }
    records_ -= 1;
    return true;
}

std::int64_t anonymous_limit::take_left_out() {
    return std::exchange(left_out_, 0);
}

}  // namespace tollgate::base
