#include "stripe/finder/deed.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "stripe/finder/weights.hpp"
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

std::vector<std::string> deed_marks(const std::vector<std::string>& words,
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

std::size_t deed_model::deed_of(const operation& one) {
    const auto [held, fresh] = deeds_.try_emplace(name_of(one), totals_.size());
    if (fresh) totals_.push_back(0);
    return held->second;
}

void deed_model::learn(std::size_t deed, std::size_t resource,
                       const std::vector<std::string>& marks) {
    for (const auto& mark : marks) {
        auto& held = marks_[mark];
        const auto found = std::ranges::find(held.counts, deed, &count::deed);
        if (found == held.counts.end())
            held.counts.push_back({deed, 1});
        else
            found->value += 1;
        if (std::ranges::find(held.resources, resource) == held.resources.end())
            held.resources.push_back(resource);
    }
}

void deed_model::finish() {
    std::erase_if(marks_, [](const auto& one) {
        return one.second.resources.size() < static_cast<std::size_t>(tuned.deed_resources);
    });
    float all = 0;
    for (const auto& [mark, held] : marks_)
        for (const auto& one : held.counts) {
            totals_[one.deed] += one.value;
            all += one.value;
        }
    for (auto& [mark, held] : marks_) {
        held.resources = {};
        float of_mark = 0;
        for (const auto& one : held.counts) of_mark += one.value;
        const float expected = tuned.deed_prior * of_mark / all;
        for (auto& one : held.counts) one.value = std::log(1 + one.value / expected);
    }
    for (auto& total : totals_) total = std::log(tuned.deed_prior / (total + tuned.deed_prior));
}

std::vector<float> deed_model::judge(const std::vector<std::string>& marks) const {
    std::vector<float> out(totals_.size(), 0);
    for (const auto& mark : marks) {
        const auto found = marks_.find(mark);
        if (found == marks_.end()) continue;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += totals_[i];
        for (const auto& one : found->second.counts) out[one.deed] += one.value;
    }
    const float best = out.empty() ? 0 : *std::ranges::max_element(out);
    for (auto& odds : out) odds -= best;
    return out;
}

}  // namespace tollgate::stripe
