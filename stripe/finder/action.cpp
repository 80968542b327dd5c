#include "stripe/finder/action.hpp"

#include <algorithm>
#include <array>

#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

std::string_view name_of(const operation& one) {
    static constexpr std::array<std::string_view, 6> kinds{"list",   "get",    "search",
                                                           "create", "update", "delete"};
    const auto last = one.segments().back();
    if (!last.is_parameter && last.view().starts_with("create_")) return last.view();
    if (one.kind() == tenancy::method::custom) return last.view();
    return kinds[static_cast<std::size_t>(one.kind())];
}

}  // namespace

std::vector<std::string> action_marks(const std::vector<std::string>& words,
                                      const std::vector<std::string>& stems,
                                      const std::vector<std::string>& synonyms) {
    std::vector<std::string> out = stems;
    if (!words.empty()) out.push_back("^" + words.front());
    for (std::size_t i = 0; i < words.size(); ++i)
        if (is_plural(words[i], stems[i])) out.emplace_back(i == 0 ? "#begins with many" : "#many");
    out.insert(out.end(), synonyms.begin(), synonyms.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::uint16_t action_names::of(const operation& one) {
    return known_.try_emplace(name_of(one), static_cast<std::uint16_t>(known_.size()))
        .first->second;
}

}  // namespace tollgate::stripe
