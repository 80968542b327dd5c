#include "server/oauth/attempts.hpp"

namespace tollgate::oauth {

bool attempts::may(const std::string& name, base::timestamp now) {
    const std::lock_guard lock{mutex_};
    const auto found = names_.find(name);
    if (found == names_.end()) return true;
    if (now - found->second.since >= span_) {
        names_.erase(found);
        return true;
    }
    return found->second.times < limit_;
}

void attempts::count(const std::string& name, base::timestamp now) {
    const std::lock_guard lock{mutex_};
    if (names_.size() >= names_max)
        std::erase_if(names_, [&](const auto& one) { return now - one.second.since >= span_; });
    if (names_.size() >= names_max) names_.clear();
    auto& entry = names_.try_emplace(name, counted{now, 0}).first->second;
    ++entry.times;
}

}  // namespace tollgate::oauth
