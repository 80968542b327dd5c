// Messages between instances that share a Redis, on one pub/sub channel. Delivery is best effort.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/task_group.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/change_feed.hpp"

namespace tollgate::tenancy {

// The channel's name, for redis_links::listen.
constexpr std::string_view bus_channel = "bus";

// Belongs to one loop. Messages: "changed <origin>", and those of send(): a word and its subject.
class redis_bus final : public change_signal {
public:
    using message_handler = std::function<void(std::string_view word, std::string_view about)>;
    static constexpr std::size_t message_bytes_max = 64 * 1024;

    // The references outlive this object; the group runs on the feed's loop, which has a link.
    // `on_message` is called on that loop with each message that any instance, including this one,
    // sends with send(); it must ignore unknown words.
    redis_bus(storage::redis_links& redis, base::task_group& tasks, change_feed& changes,
              message_handler on_message)
        : redis_(redis), tasks_(tasks), changes_(changes), on_message_(std::move(on_message)) {}

    void raise() noexcept override;

    // Sends a message to every instance. May be called on any thread. A message that is too long is
    // dropped; `word` contains no space.
    void send(std::string_view word, std::string_view about);

    // Handles a message received on the channel.
    void receive(std::string_view message);

private:
    void enqueue(std::string message);
    base::awaitable<> publish();

    storage::redis_links& redis_;
    base::task_group& tasks_;
    change_feed& changes_;
    const message_handler on_message_;
    std::deque<std::string> outgoing_;
    bool publishing_ = false;
};

}  // namespace tollgate::tenancy
