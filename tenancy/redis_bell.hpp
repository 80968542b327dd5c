// The bell of instances that share a Redis: a published word.
#pragma once
#include "base/task_group.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/change_feed.hpp"

namespace tollgate::tenancy {

// The name of the channel, for redis_links::listen; a message is the origin of the change.
constexpr std::string_view bell_channel = "bus";

// Of one loop.
class redis_bell final : public change_bell {
public:
    // The references outlive this object; the group is of the feed's loop, which has a link.
    redis_bell(storage::redis_links& redis, base::task_group& tasks, std::string origin)
        : redis_(redis), tasks_(tasks), origin_(std::move(origin)) {}

    void ring() noexcept override;

private:
    base::awaitable<> publish();

    storage::redis_links& redis_;
    base::task_group& tasks_;
    const std::string origin_;
    bool ringing_ = false;
    bool again_ = false;
};

}  // namespace tollgate::tenancy
