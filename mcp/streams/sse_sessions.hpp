// Sessions of the HTTP+SSE transport (MCP 2024-11-05 basic/transports): one stream carries every
// answer; messages arrive in separate requests, on any loop of any instance.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/async.hpp"
#include "mcp/streams/stream_hub.hpp"

namespace tollgate::mcp {

// One session whose stream is open in this process. Shared by the stream and by messages that are
// being answered. Thread-safe.
class sse_session {
public:
    sse_session(std::string key, std::string server_id, stream_inbox& loop)
        : key_(std::move(key)), server_id_(std::move(server_id)), loop_(loop) {}

    const std::string& key() const { return key_; }
    const std::string& server_id() const { return server_id_; }

    // Sends an event on the stream, if it is still open.
    void send(std::string_view event);

    // Counts messages being answered: the stream waits for them when the process shuts down.
    void begin_answer() { ++answering_; }
    // Sends the answer, which may be empty.
    void end_answer(std::string_view event);
    bool answering() const { return answering_ > 0; }

    // Stores the Mcp-Session-Id given by its initialize, for later messages.
    void remember(std::string session_id);
    std::string session_id() const;

private:
    const std::string key_;
    const std::string server_id_;
    stream_inbox& loop_;
    std::atomic<int> answering_{0};
    mutable std::mutex mutex_;
    std::string session_id_;
};

// Finds sessions at other instances. Each function runs on the caller's loop; none fails: a session
// that cannot be reached counts as absent.
class session_relay {
public:
    virtual ~session_relay() = default;
    // Tells other instances that this instance has the session.
    virtual base::awaitable<> announce(std::string key, std::string server_id) = 0;
    virtual base::awaitable<> forget(std::string key) = 0;
    // The instance that has the session of that server; empty if there is none.
    virtual base::awaitable<std::string> find(std::string key, std::string server_id) = 0;
    // Sends an event on the stream of a session at that instance.
    virtual base::awaitable<> pass(std::string instance, std::string key, std::string event) = 0;
};

// All sessions of this process. Thread-safe.
class sse_sessions {
public:
    // Call before the loops run; `relay` outlives them.
    void use(session_relay& relay) { relay_ = &relay; }
    session_relay* relay() const { return relay_; }

    // The name of a session outside its client; the id cannot be derived from it.
    static std::string key_of(std::string_view session_id);

    // Registers a session of `server_id`; puts the id, which only its client may know, into `id`.
    std::shared_ptr<sse_session> begin(const std::string& server_id, stream_inbox& loop,
                                       std::string& id);
    // Call when the stream has ended.
    void end(const sse_session& session);

    // Null if no stream in this process belongs to that session.
    std::shared_ptr<sse_session> find(std::string_view key) const;

private:
    session_relay* relay_ = nullptr;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<sse_session>> sessions_;
};

}  // namespace tollgate::mcp
