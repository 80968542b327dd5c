#include "mcp/streams/keep_alive.hpp"

#include <algorithm>

namespace tollgate::mcp {

namespace {
// Limits a batch, so that other requests get a turn.
constexpr std::size_t comments_at_once = 64;
constexpr std::chrono::milliseconds between_comments{1};
}  // namespace

// All streams wait for the same time, so the list stays sorted by time.
void keep_alive::sent(quiet_stream& one) {
    if (one.is_linked()) one.unlink();
    one.due_ = std::chrono::steady_clock::now() + period_;
    streams_.push_back(one);
    if (!planned_) plan();
}

void keep_alive::plan() {
    planned_ = true;
    // Leaves a pause between batches, whose size is limited.
    timer_.expires_at(
        std::max(streams_.front().due_, std::chrono::steady_clock::now() + between_comments));
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (error || alive.expired()) return;
        planned_ = false;
        send_comments();
    });
}

void keep_alive::send_comments() {
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < comments_at_once && !streams_.empty(); ++i) {
        auto& one = streams_.front();
        if (one.due_ > now) break;
        one.unlink();
        one.due_ = now + period_;
        streams_.push_back(one);
        one.beat();
    }
    if (!streams_.empty()) plan();
}

}  // namespace tollgate::mcp
