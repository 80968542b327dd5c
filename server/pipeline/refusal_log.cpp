#include "server/pipeline/refusal_log.hpp"

#include <algorithm>
#include <utility>

#include "server/pipeline/context.hpp"

namespace tollgate::server {

bool refusal_log::admit(std::chrono::steady_clock::time_point now) {
    const std::chrono::duration<double> passed = now - filled_;
    lines_ = std::min(lines_max, lines_ + passed.count() * lines_per_second);
    filled_ = now;
    if (lines_ < 1) {
        ++left_out_;
        return false;
    }
    lines_ -= 1;
    return true;
}

std::int64_t refusal_log::take_left_out() {
    return std::exchange(left_out_, 0);
}

bool is_anonymous_refusal(const request_context& context, unsigned status) {
    if (status < 400 || status >= 500 || context.grant) return false;
    return context.to != route::admin || status == 401;
}

}  // namespace tollgate::server
