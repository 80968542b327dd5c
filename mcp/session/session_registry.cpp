#include "mcp/session/session_registry.hpp"

namespace tollgate::mcp {

// Call with the mutex held.
session_registry::entry& session_registry::place(const std::string& id) {
    const auto [at, is_new] = entries_.try_emplace(id);
    entry& out = at->second;
    if (!is_new) return out;
    any_.store(true, std::memory_order_release);
    oldest_first_.push_back(id);
    if (oldest_first_.size() > most_) {
        entries_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    return out;
}

bool session_registry::end_here(const std::string& id) {
    const std::lock_guard lock{mutex_};
    entry& it = place(id);
    const bool was_open = !it.ended;
    it.ended = true;
    return was_open;
}

bool session_registry::end(const std::string& id) {
    const bool was_open = end_here(id);
    if (was_open && relay_) relay_(id);
    return was_open;
}

void session_registry::set_level(const std::string& id, log_level level) {
    const std::lock_guard lock{mutex_};
    place(id).level = level;
}

session_registry::entry session_registry::find(std::string_view id) const {
    if (!any_.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock{mutex_};
    const auto at = entries_.find(std::string(id));
    return at == entries_.end() ? entry{} : at->second;
}

}  // namespace tollgate::mcp
