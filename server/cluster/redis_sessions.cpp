#include "server/cluster/redis_sessions.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t key_bytes = 64;
// Removes the entries of a killed instance; those of a session in use are refreshed.
constexpr std::string_view entry_ttl_ms = "86400000";
constexpr std::string_view channel_prefix = "sse:";

}  // namespace

redis_sessions::redis_sessions(storage::redis_links& redis, mcp::sse_sessions& sessions,
                               base::secret key, base::logger& log)
    : redis_(redis),
      sessions_(sessions),
      key_(std::move(key)),
      log_(log),
      instance_(base::make_id("ins")),
      channel_(std::string(channel_prefix) + instance_) {}

// Asks through the link of the caller's loop; returns nil if there is no link or no answer. Words
// that begin with channel_prefix become full names in Redis.
base::awaitable<storage::redis_reply> redis_sessions::ask(std::vector<std::string> words) {
    const auto where = co_await boost::asio::this_coro::executor;
    storage::redis_reply nothing;
    auto* const link = redis_.here(where);
    if (link == nullptr || !link->up()) co_return nothing;
    for (auto& word : words)
        if (word.starts_with(channel_prefix)) word = link->key(word);
    std::string command;
    const std::vector<std::string_view> views{words.begin(), words.end()};
    storage::append_command(command, views);
    auto reply = co_await link->ask(std::move(command));
    if (!reply || reply->is_error()) co_return nothing;
    co_return std::move(*reply);
}

base::awaitable<> redis_sessions::announce(std::string key, std::string server_id) {
    std::vector<std::string> words{"SET", std::string(channel_prefix) + key,
                                   server_id + ' ' + instance_, "PX", std::string(entry_ttl_ms)};
    co_await ask(std::move(words));
}

base::awaitable<> redis_sessions::forget(std::string key) {
    std::vector<std::string> words{"DEL", std::string(channel_prefix) + key};
    co_await ask(std::move(words));
}

base::awaitable<std::string> redis_sessions::find(std::string key, std::string server_id) {
    const std::string name = std::string(channel_prefix) + key;
    std::vector<std::string> get{"GET", name};
    const auto entry = co_await ask(std::move(get));
    const std::string start = server_id + ' ';
    if (!entry.text.starts_with(start)) co_return std::string{};
    const std::string instance = entry.text.substr(start.size());
    // A killed instance has no subscription.
    std::vector<std::string> who{"PUBSUB", "NUMSUB", std::string(channel_prefix) + instance};
    const auto subscribers = co_await ask(std::move(who));
    if (subscribers.members.size() != 2 || subscribers.members[1].number == 0)
        co_return std::string{};
    std::vector<std::string> prolong{"PEXPIRE", name, std::string(entry_ttl_ms)};
    co_await ask(std::move(prolong));
    co_return instance;
}

base::awaitable<> redis_sessions::pass(std::string instance, std::string key, std::string event) {
    if (event.empty()) co_return;
    std::string message = key + base::aes256gcm_seal(key_.reveal(), event, key);
    std::vector<std::string> words{"PUBLISH", std::string(channel_prefix) + instance,
                                   std::move(message)};
    const auto published = co_await ask(std::move(words));
    if (published.number == 0)
        log_.warning("sse_answer_lost", {{"reason", "the instance with its stream is gone"}});
}

void redis_sessions::receive(std::string_view message) {
    if (message.size() < key_bytes) return;
    const auto key = message.substr(0, key_bytes);
    const auto session = sessions_.find(key);
    if (!session) return;
    const auto event =
        base::aes256gcm_open(key_.reveal(), message.substr(key_bytes), session->key());
    if (event) session->send(*event);
}

}  // namespace tollgate::server
