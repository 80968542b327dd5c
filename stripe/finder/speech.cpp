#include "stripe/finder/speech.hpp"

#include <algorithm>
#include <cmath>

#include "stripe/finder/weights.hpp"

namespace tollgate::stripe {

namespace {

void grow(std::vector<float>& counts, std::uint16_t which, float by) {
    if (counts.size() <= which) counts.resize(which + 1U, 0);
    counts[which] += by;
}

}  // namespace

void speech_model::add(spoken_operation one) {
    operations_.push_back(one);
    grow(of_operation_, static_cast<std::uint16_t>(operations_.size() - 1), 0);
    grow(of_resource_, one.resource, 0);
    grow(of_action_, one.action, 0);
}

void speech_model::count(std::vector<share>& in, std::uint16_t which) {
    // Texts come operation by operation, so that the one meant is most often the last.
    const auto found =
        std::find_if(in.rbegin(), in.rend(), [&](const share& one) { return one.which == which; });
    if (found == in.rend())
        in.push_back({which, 1});
    else
        found->value += 1;
}

void speech_model::learn(const std::vector<std::string>& marks) {
    const auto position = static_cast<std::uint16_t>(operations_.size() - 1);
    const auto& one = operations_.back();
    const auto size = static_cast<float>(marks.size());
    grow(of_operation_, position, size);
    grow(of_resource_, one.resource, size);
    grow(of_action_, one.action, size);
    for (const auto& mark : marks) {
        auto& held = marks_[mark];
        if (held.operations.empty() || held.operations.back().which != position)
            held.operations.push_back({position, 1});
        else
            held.operations.back().value += 1;
        count(held.resources, one.resource);
        count(held.actions, one.action);
        held.count += 1;
    }
}

void speech_model::finish() {
    float all = 0;
    for (const float some : of_operation_) all += some;
    const auto weigh = [&](std::vector<share>& shares, const std::vector<float>& totals, float part,
                           float prior, float anywhere) {
        for (auto& one : shares)
            one.value = part * one.value / (totals[one.which] + prior) / anywhere;
    };
    for (auto& [mark, held] : marks_) {
        const float anywhere = (held.count + tuned.speech_smooth) / all;
        weigh(held.operations, of_operation_, tuned.speech_operation, tuned.speech_operation_prior,
              anywhere);
        weigh(held.resources, of_resource_, tuned.speech_resource, tuned.speech_resource_prior,
              anywhere);
        weigh(held.actions, of_action_, tuned.speech_action, 0, anywhere);
    }
}

std::vector<float> speech_model::judge(const std::vector<std::string>& marks) const {
    std::vector<double> product(operations_.size(), 1);
    std::vector<float> action(of_action_.size());
    std::vector<float> resource(of_resource_.size());
    std::vector<float> ratio(operations_.size());
    float known = 0;
    for (const auto& mark : marks) {
        const auto found = marks_.find(mark);
        if (found == marks_.end()) continue;
        known += 1;
        std::ranges::fill(action, 1.0F);
        std::ranges::fill(resource, 0.0F);
        for (const auto& one : found->second.actions) action[one.which] += one.value;
        for (const auto& one : found->second.resources) resource[one.which] = one.value;
        for (std::size_t i = 0; i < ratio.size(); ++i)
            ratio[i] = action[operations_[i].action] + resource[operations_[i].resource];
        for (const auto& one : found->second.operations) ratio[one.which] += one.value;
        for (std::size_t i = 0; i < ratio.size(); ++i) product[i] *= static_cast<double>(ratio[i]);
    }
    std::vector<float> out;
    out.reserve(product.size());
    for (const double one : product)
        out.push_back(static_cast<float>(std::log(one)) /
                      std::pow(std::max(known, 1.0F), tuned.speech_length));
    return out;
}

}  // namespace tollgate::stripe
