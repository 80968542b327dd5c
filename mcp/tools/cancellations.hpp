// Calls that run long enough to be ended from outside: by a message of their client, or because
// their MCP server or token is no more.
#pragma once
#include <atomic>
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

// Shared by all loops of this process; thread-safe. What reaches another instance finds nothing
// there: the call then ends by itself.
class cancellations {
public:
    using flag = std::shared_ptr<std::atomic<call_end>>;

    // Registers a call. Two calls of one name share a flag.
    flag enter(const call_name& call);
    void leave(const call_name& call);

    // Raises the flag of that call, whichever of the server's tokens it came with; nothing happens
    // when it is not running.
    void cancel(const std::string& server_id, const std::string& request_id_json);

    // Ends every call of a server, or those of one of its tokens. Does not block.
    void sever(std::string_view server_id);
    void sever(std::string_view server_id, std::string_view token_digest);
    // The same for every call there is.
    void sever_all();

private:
    struct entry {
        flag raised;
        int calls = 0;
    };

    template <typename Matches>
    void raise(std::string_view server_id, call_end why, const Matches& matches);

    std::mutex mutex_;
    std::map<call_name, entry> running_;
};

}  // namespace tollgate::mcp
