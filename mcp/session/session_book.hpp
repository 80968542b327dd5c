// The little that an instance remembers of sessions: which were ended, and which log level was
// asked for. Losing it costs nothing but that.
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

// Shared by all loops; thread-safe. At `sessions_max` the oldest entry is forgotten: a session that
// was ended is then accepted again (with its token, which is what guards the MCP server), and a log
// level is the default's.
class session_book {
public:
    using relay = std::function<void(const std::string& id)>;
    static constexpr std::size_t sessions_max = 20'000;

    explicit session_book(std::size_t most = sessions_max) : most_(most) {}

    // `tell` is called, on any loop, with each session that end() ends, so that other instances
    // hear of it. Call before the loops run.
    void relay_with(relay tell) { relay_ = std::move(tell); }

    // Remembers that the session of that valid id is over. False when it was already.
    bool end(const std::string& id);
    // The same for what another instance was told.
    bool end_here(const std::string& id);
    void set_level(const std::string& id, log_level level);

    struct entry {
        bool ended = false;
        std::optional<log_level> level;
    };
    // What is remembered of that id; takes no lock as long as nothing is remembered at all.
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
