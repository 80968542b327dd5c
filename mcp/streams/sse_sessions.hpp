// Sessions of the HTTP+SSE transport (MCP 2024-11-05 basic/transports): a stream that carries every
// answer, and messages that come in by requests of their own, on any loop, at any instance.
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

// One session whose stream is open in this process. Shared by the stream and by the messages that
// are being answered. Thread-safe.
class sse_session {
public:
    sse_session(std::string key, std::string server_id, stream_inbox& loop)
        : key_(std::move(key)), server_id_(std::move(server_id)), loop_(loop) {}

    const std::string& key() const { return key_; }
    const std::string& server_id() const { return server_id_; }

    // Sends an event on the stream, if that is still open.
    void send(std::string_view event);

    // Messages that are being answered: the stream waits for them when the process goes down.
    void begin_answer() { ++answering_; }
    // Sends the answer, which may be empty.
    void end_answer(std::string_view event);
    bool answering() const { return answering_ > 0; }

    // The Mcp-Session-Id that its initialize was given, for the messages after it.
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

// How sessions of other instances are found. Each function runs on the caller's loop; none fails:
// what cannot be told is as if it was not there.
class session_relay {
public:
    virtual ~session_relay() = default;
    // Lets the others know that this instance has the session.
    virtual base::awaitable<> announce(std::string key, std::string server_id) = 0;
    virtual base::awaitable<> forget(std::string key) = 0;
    // The instance that has the session of that server; empty when there is none.
    virtual base::awaitable<std::string> find(std::string key, std::string server_id) = 0;
    // Has an event sent on the stream of a session there.
    virtual base::awaitable<> pass(std::string instance, std::string key, std::string event) = 0;
};

// All of this process. Thread-safe.
class sse_sessions {
public:
    // Call before the loops run; `relay` outlives them.
    void use(session_relay& relay) { relay_ = &relay; }
    session_relay* relay() const { return relay_; }

    // What a session is known by beside its client: nobody can make an id of it.
    static std::string key_of(std::string_view session_id);

    // Registers a session of `server_id`; `id` is filled with what only its client is to know.
    std::shared_ptr<sse_session> begin(const std::string& server_id, stream_inbox& loop,
                                       std::string& id);
    // Call when the stream has ended.
    void end(const sse_session& session);

    // Null when no stream here is of that session.
    std::shared_ptr<sse_session> find(std::string_view key) const;

private:
    session_relay* relay_ = nullptr;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<sse_session>> sessions_;
};

}  // namespace tollgate::mcp
