#include "stripe/answer/fields.hpp"

#include <algorithm>

namespace tollgate::stripe {

// A dot sorts before letters, digits and underscores, so that paths with the same beginning are
// adjacent, and the one that ends there comes first.
field_place field_place::below(std::string_view name) const noexcept {
    field_place out;
    std::size_t first = 0;
    const auto is_below = [&](std::string_view path) {
        if (path.size() < at_ + name.size() || path.substr(at_, name.size()) != name) return false;
        return path.size() == at_ + name.size() || path[at_ + name.size()] == '.';
    };
    while (first < paths_.size() && !is_below(paths_[first])) ++first;
    std::size_t last = first;
    while (last < paths_.size() && is_below(paths_[last])) ++last;
    out.paths_ = paths_.subspan(first, last - first);
    out.at_ = at_ + name.size() + 1;
    return out;
}

bool field_place::ends() const noexcept {
    return !paths_.empty() && at_ > 0 && paths_.front().size() == at_ - 1;
}

wanted_fields::wanted_fields(std::span<const std::string> names)
    : named_(!names.empty()), defaults_(names.empty()) {
    for (std::string_view name : names) {
        // An event has its own member `data`.
        const bool of_event = name == "data.object" || name.starts_with("data.object.") ||
                              name.starts_with("data.previous_attributes");
        for (const std::string_view row : {"data[].", "data."})
            if (!of_event && name.starts_with(row)) name.remove_prefix(row.size());
        if (name == "default") {
            defaults_ = true;
        } else if (name == "*") {
            everything_ = true;
        } else {
            sorted_.push_back(name);
        }
    }
    std::ranges::sort(sorted_);
    const auto twice = std::ranges::unique(sorted_);
    sorted_.erase(twice.begin(), twice.end());
}

}  // namespace tollgate::stripe
