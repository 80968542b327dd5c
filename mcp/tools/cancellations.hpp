// Calls that run long enough to be cancelled by a message of their client.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace tollgate::mcp {

// Shared by all loops of this process; thread-safe. A cancellation that reaches another instance
// finds nothing there: the call then ends by itself.
class cancellations {
public:
    using flag = std::shared_ptr<std::atomic<bool>>;

    // Registers a call. Two calls of a server with one id share a flag.
    flag enter(const std::string& server_id, const std::string& request_id_json);
    void leave(const std::string& server_id, const std::string& request_id_json);

    // Raises the flag of that call; nothing happens when it is not running.
    void cancel(const std::string& server_id, const std::string& request_id_json);

private:
    struct entry {
        flag raised;
        int calls = 0;
    };

    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, entry> running_;
};

}  // namespace tollgate::mcp
