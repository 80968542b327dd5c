// Running calls that can be ended from outside: by a message of their client, or because their MCP
// server or token has ended.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

struct call_name {
    std::string server_id;
    std::string token_digest;  // grant::token_digest
    std::string request_id_json;
    bool operator<(const call_name& other) const {
        return std::tie(server_id, token_digest, request_id_json) <
               std::tie(other.server_id, other.token_digest, other.request_id_json);
    }
};

// Shared by all loops of this process; thread-safe.
class cancellations {
public:
    using flag = std::shared_ptr<std::atomic<call_end>>;
    using relay =
        std::function<void(const std::string& server_id, const std::string& request_id_json)>;

    // `notify` is called, on any loop, with each cancelled call that does not run here, because
    // another instance may run it. Without a relay such a call runs to its end. Call before the
    // loops run.
    void relay_with(relay notify) { relay_ = std::move(notify); }

    // Registers a call. Two calls with the same name share a flag.
    flag enter(const call_name& call);
    void leave(const call_name& call);

    // Cancels that call, whichever of the server's tokens it used, here or at another instance.
    void cancel(const std::string& server_id, const std::string& request_id_json);
    // The same for a cancellation from another instance; false if the call does not run here.
    bool cancel_here(const std::string& server_id, const std::string& request_id_json);

    // Ends every call of a server, or those of one of its tokens. Does not block.
    void sever(std::string_view server_id);
    void sever(std::string_view server_id, std::string_view token_digest);
    // The same for all calls.
    void sever_all();

private:
    struct entry {
        flag raised;
        int calls = 0;
    };

    template <typename Matches>
    bool raise(std::string_view server_id, call_end why, const Matches& matches);

    relay relay_;
    std::mutex mutex_;
    std::map<call_name, entry> running_;
};

}  // namespace tollgate::mcp
