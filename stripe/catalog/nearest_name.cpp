#include "stripe/catalog/nearest_name.hpp"

#include <algorithm>
#include <array>

namespace tollgate::stripe {

namespace {

constexpr std::size_t length_max = 64;

std::size_t near_enough(std::size_t length) noexcept {
    return std::clamp<std::size_t>(length / 3, 1, 8);
}

// Optimal string alignment distance; `limit` + 1 if it is greater than `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) noexcept {
    const auto gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (gap > limit) return limit + 1;
    using row = std::array<std::size_t, length_max + 1>;
    row before_last{};
    row last{};
    row current{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        std::size_t best = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
            auto cost = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + same});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) cost = std::min(cost, before_last[j - 2] + 1);
            current[j] = cost;
            best = std::min(best, cost);
        }
        if (best > limit) return limit + 1;
        before_last = last;
        last = current;
    }
    return last[b.size()];
}

bool extends(std::string_view longer, std::string_view shorter) noexcept {
    return shorter.size() >= 4 && (longer.starts_with(shorter) || longer.ends_with(shorter));
}

}  // namespace

nearest_name::nearest_name(std::string_view wanted) noexcept
    : wanted_(wanted), distance_(near_enough(wanted.size()) + 1) {}

void nearest_name::offer(std::string_view name) noexcept {
    if (wanted_.size() > length_max || name.size() > length_max || wanted_.empty()) return;
    auto cost = distance(wanted_, name, distance_);
    if (cost > near_enough(wanted_.size()) && (extends(wanted_, name) || extends(name, wanted_)))
        cost = near_enough(wanted_.size());
    if (cost >= distance_) return;
    distance_ = cost;
    found_ = name;
}

}  // namespace tollgate::stripe
