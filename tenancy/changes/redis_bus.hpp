// What instances that share a Redis say to each other: words on one channel. None of them must
// arrive.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/task_group.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/change_feed.hpp"

namespace tollgate::tenancy {

// The name of the channel, for redis_links::listen.
constexpr std::string_view bus_channel = "bus";

// Of one loop. Messages: "changed <origin>", and those of tell(): a word and what it is about.
class redis_bus final : public change_bell {
public:
    using word_handler = std::function<void(std::string_view word, std::string_view about)>;
    static constexpr std::size_t message_bytes_max = 64 * 1024;

    // The references outlive this object; the group is of the feed's loop, which has a link.
    // `told` is called on that loop with what any instance, this one too, has told; it ignores
    // words that it does not know.
    redis_bus(storage::redis_links& redis, base::task_group& tasks, change_feed& changes,
              word_handler told)
        : redis_(redis), tasks_(tasks), changes_(changes), told_(std::move(told)) {}

    void ring() noexcept override;

    // Tells every instance. Any thread. A message that is too long is not told; `word` has no
    // blank.
    void tell(std::string_view word, std::string_view about);

    // A message of the channel.
    void heard(std::string_view message);

private:
    void say(std::string message);
    base::awaitable<> publish();

    storage::redis_links& redis_;
    base::task_group& tasks_;
    change_feed& changes_;
    const word_handler told_;
    std::deque<std::string> unsaid_;
    bool speaking_ = false;
};

}  // namespace tollgate::tenancy
