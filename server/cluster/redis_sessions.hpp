// Sessions of the HTTP+SSE transport across all instances that share a Redis: which instance has a
// session's stream, and the sealed answers sent to it.
#pragma once
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "mcp/streams/sse_sessions.hpp"
#include "storage/redis/links.hpp"

namespace tollgate::server {

class redis_sessions final : public mcp::session_relay {
public:
    // `key`: 32 bytes, equal on all instances. References outlive this; a loop without a link knows
    // no sessions of other instances.
    redis_sessions(storage::redis_links& redis, mcp::sse_sessions& sessions, base::secret key,
                   base::logger& log);

    // This instance's channel, for redis_links::listen; its messages go to receive().
    const std::string& channel() const { return channel_; }
    void receive(std::string_view message);

    base::awaitable<> announce(std::string key, std::string server_id) override;
    base::awaitable<> forget(std::string key) override;
    base::awaitable<std::string> find(std::string key, std::string server_id) override;
    base::awaitable<> pass(std::string instance, std::string key, std::string event) override;

private:
    base::awaitable<storage::redis_reply> ask(std::vector<std::string> words);

    storage::redis_links& redis_;
    mcp::sse_sessions& sessions_;
    const base::secret key_;
    base::logger& log_;
    const std::string instance_;
    const std::string channel_;
};

}  // namespace tollgate::server
