// What instances that share a Redis say to each other: words on one channel. None of them must
// arrive.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/task_group.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/change_feed.hpp"

namespace tollgate::tenancy {

// The name of the channel, for redis_links::listen.
constexpr std::string_view bus_channel = "bus";

// Of one loop. Messages: "changed <origin>" and "cancel <server> <request id as JSON>".
class redis_bus final : public change_bell {
public:
    using cancel_handler =
        std::function<void(const std::string& server_id, const std::string& request_id_json)>;

    // The references outlive this object; the group is of the feed's loop, which has a link.
    // `cancelled` is called on that loop.
    redis_bus(storage::redis_links& redis, base::task_group& tasks, change_feed& changes,
              cancel_handler cancelled)
        : redis_(redis), tasks_(tasks), changes_(changes), cancelled_(std::move(cancelled)) {}

    void ring() noexcept override;

    // Tells the others that a client takes a request back. Any thread. One with a long id is not
    // told.
    void tell_cancelled(const std::string& server_id, const std::string& request_id_json);

    // A message of the channel.
    void heard(std::string_view message);

private:
    void say(std::string message);
    base::awaitable<> publish();

    storage::redis_links& redis_;
    base::task_group& tasks_;
    change_feed& changes_;
    const cancel_handler cancelled_;
    std::deque<std::string> unsaid_;
    bool speaking_ = false;
};

}  // namespace tollgate::tenancy
