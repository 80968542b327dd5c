#include "tenancy/changes/redis_bus.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace tollgate::tenancy {

namespace {

constexpr std::size_t outgoing_max = 1'000;
constexpr std::string_view changed_word = "changed ";

}  // namespace

void redis_bus::raise() noexcept {
    std::string message{changed_word};
    message += changes_.origin();
    if (outgoing_.empty() || outgoing_.back() != message) enqueue(std::move(message));
}

void redis_bus::send(std::string_view word, std::string_view about) {
    if (word.size() + about.size() >= message_bytes_max) return;
    std::string message{word};
    message.append(" ").append(about);
    boost::asio::post(tasks_.get_executor(), [this, message = std::move(message)]() mutable {
        enqueue(std::move(message));
    });
}

void redis_bus::receive(std::string_view message) {
    if (message.starts_with(changed_word)) {
        if (message.substr(changed_word.size()) != changes_.origin()) changes_.look();
        return;
    }
    const auto space = message.find(' ');
    if (space == std::string_view::npos) return;
    on_message_(message.substr(0, space), message.substr(space + 1));
}

void redis_bus::enqueue(std::string message) {
    if (outgoing_.size() >= outgoing_max) return;
    outgoing_.push_back(std::move(message));
    if (std::exchange(publishing_, true)) return;
    tasks_.spawn("redis_bus", publish());
}

// Ignores replies: without delivery, changes are found at the next beat and calls end at their
// deadline.
base::awaitable<> redis_bus::publish() {
    while (!outgoing_.empty()) {
        auto* const link = redis_.here(tasks_.get_executor());
        if (link == nullptr || !link->up()) {
            outgoing_.clear();
            break;
        }
        std::string command;
        const std::string channel = link->key(bus_channel);
        storage::append_command(command, {"PUBLISH", channel, outgoing_.front()});
        outgoing_.pop_front();
        co_await link->ask(std::move(command));
    }
    publishing_ = false;
}

}  // namespace tollgate::tenancy
