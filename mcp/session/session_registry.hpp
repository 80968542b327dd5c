// What an instance remembers about sessions: which have ended, and the log level of each. Nothing
// else is lost when the instance stops.
#pragma once
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mcp/session/log_level.hpp"

namespace tollgate::mcp {

// Shared by all loops; thread-safe. Above `sessions_max` the oldest entry is forgotten: an ended
// session is then accepted again (with its token, which is what protects the MCP server), and a log
// level returns to the default.
class session_registry {
public:
    using relay = std::function<void(const std::string& id)>;
    static constexpr std::size_t sessions_max = 20'000;

    explicit session_registry(std::size_t most = sessions_max) : most_(most) {}

    // `notify` is called, on any loop, with each session that end() ends, to notify other
    // instances. Call before the loops run.
    void relay_with(relay notify) { relay_ = std::move(notify); }

    // Ends the session with that valid id. False if it had already ended.
    bool end(const std::string& id);
    // The same for a session ended at another instance.
    bool end_here(const std::string& id);
    void set_level(const std::string& id, log_level level);

    struct entry {
        bool ended = false;
        std::optional<log_level> level;
    };
    // The entry of that id; takes no lock while there are no entries at all.
    entry find(std::string_view id) const;

private:
    entry& place(const std::string& id);

    const std::size_t most_;
    relay relay_;
    std::atomic<bool> any_{false};
    mutable std::mutex mutex_;
    std::unordered_map<std::string, entry> entries_;
    std::deque<std::string> oldest_first_;
};

}  // namespace tollgate::mcp
