// Requests from this server to its clients that wait for responses, which arrive in separate
// messages (MCP 2025-11-25 basic/transports; the eras before 2026-07-28).
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/async.hpp"
#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// The kind of the ids of questions (base/ids.hpp).
constexpr std::string_view question_kind = "ask";

// A client's response to one request: its result, or why there is none.
struct client_response {
    std::string result_json;  // an object; empty if the client refused
    std::string error;        // its error message
};

// Shared by all loops; thread-safe. The response may arrive on a different loop than the waiting
// one.
class questions {
public:
    using relay = std::function<void(const std::string& server_id, const std::string& question_id,
                                     const client_response& response)>;

    // One waiting request. Created, used and destroyed on one loop, that of `where`.
    class waiting {
    public:
        waiting(questions& owner, std::string server_id, const base::executor& where);
        ~waiting();
        waiting(const waiting&) = delete;
        waiting& operator=(const waiting&) = delete;

        // The JSON-RPC id of the request to send; unguessable.
        const std::string& id() const { return id_; }

        // The response; nothing if `until` passes or `call` must end first.
        base::awaitable<std::optional<client_response>> response(
            std::chrono::steady_clock::time_point until, call_monitor& call);

    private:
        friend class questions;
        struct place;
        questions& owner_;
        std::string id_;
        std::shared_ptr<place> place_;
    };

    // `notify` is called, on any loop, with each response that no request here waits for, because
    // another instance may have sent the request. Call before the loops run.
    void relay_with(relay notify) { relay_ = std::move(notify); }

    // Delivers a response that arrived with that server's token. If no request waits for it here,
    // it is passed to the relay or, without one, dropped.
    void answer(const std::string& server_id, const std::string& question_id,
                const client_response& response);
    // The same for a response from another instance; false if no request waits for it here.
    bool answer_here(const std::string& server_id, const std::string& question_id,
                     client_response response);

private:
    relay relay_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::weak_ptr<waiting::place>> waiting_;
};

}  // namespace tollgate::mcp
