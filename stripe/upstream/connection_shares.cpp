#include "stripe/upstream/connection_shares.hpp"

namespace tollgate::stripe {

bool connection_shares::allows(const connection_holder& holder) const {
    if (in_use_ >= max_) return false;
    const std::size_t free = max_ - in_use_;
    if (count_of(teams_, holder.team) >= free) return false;
    const std::size_t of_account = count_of(accounts_, holder.account);
    if (!holder.yields) return 3 * of_account < 2 * free;
    return 3 * of_account < free && in_use_ < max_ - max_ / 4;
}

void connection_shares::take(const connection_holder& holder) {
    ++in_use_;
    add(teams_, holder.team);
    add(accounts_, holder.account);
}

void connection_shares::release(const connection_holder& holder) {
    --in_use_;
    remove(teams_, holder.team);
    remove(accounts_, holder.account);
}

std::size_t connection_shares::count_of(const counts& all, std::string_view key) {
    const auto found = all.find(key);
    return found == all.end() ? 0 : found->second;
}

void connection_shares::add(counts& all, std::string_view key) {
    const auto found = all.find(key);
    if (found != all.end()) {
        ++found->second;
    } else {
        all.emplace(key, 1);
    }
}

void connection_shares::remove(counts& all, std::string_view key) {
    const auto found = all.find(key);
    if (found != all.end()) --found->second;
}

void connection_shares::tidy() {
    const auto holds_none = [](const auto& each) { return each.second == 0; };
    std::erase_if(teams_, holds_none);
    std::erase_if(accounts_, holds_none);
}

}  // namespace tollgate::stripe
