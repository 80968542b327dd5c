#include "tenancy/grants/key_uses.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "storage/changes/teams.hpp"

namespace tollgate::tenancy {

// Two keys that share a place are only noted more often than needed.
bool key_uses::is_new(const std::string& key_id, std::int64_t minute) {
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
    const std::uint64_t key = std::hash<std::string>{}(key_id);
    const std::uint64_t both = (key ^ static_cast<std::uint64_t>(minute)) * golden;
    return newest_.at(key % newest_.size()).exchange(both, std::memory_order_relaxed) != both;
}

void key_uses::note(const std::string& key_id) {
    const base::timestamp now = env_.clock.now();
    const auto minute = std::chrono::floor<std::chrono::minutes>(now);
    if (!is_new(key_id, minute.time_since_epoch().count())) return;
    const std::lock_guard lock{mutex_};
    base::timestamp& newest = waiting_[key_id];
    newest = std::max(newest, base::timestamp{minute});
}

base::awaitable<base::result<>> key_uses::flush() {
    storage::note_key_uses noted;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [id, at] : waiting_) noted.uses.push_back({id, at});
    }
    if (noted.uses.empty()) co_return base::result<>{};
    const auto sent = noted.uses;
    std::vector<storage::change> changes{std::move(noted)};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored;
    const std::lock_guard lock{mutex_};
    for (const auto& use : sent) {
        const auto found = waiting_.find(use.key_id);
        if (found != waiting_.end() && found->second == use.at) waiting_.erase(found);
    }
    co_return stored;
}

}  // namespace tollgate::tenancy
