#include "tenancy/redis_bell.hpp"

#include <utility>

namespace tollgate::tenancy {

// Rings that come while one is under way are one more.
void redis_bell::ring() noexcept {
    again_ = true;
    if (ringing_) return;
    ringing_ = true;
    tasks_.spawn("redis_bell", publish());
}

base::awaitable<> redis_bell::publish() {
    while (std::exchange(again_, false)) {
        auto* const link = redis_.here(tasks_.get_executor());
        if (link == nullptr || !link->up()) break;
        std::string command;
        const std::string channel = link->key(bell_channel);
        storage::append_command(command, {"PUBLISH", channel, origin_});
        // Without a reply nobody was told, and everybody finds out at the next beat.
        co_await link->ask(std::move(command));
    }
    ringing_ = false;
}

}  // namespace tollgate::tenancy
