#include "stripe/declarations/service_directory.hpp"

#include <algorithm>

#include "stripe/answer/tokens.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

using tenancy::declared_input;
using tenancy::declared_type;

namespace {

// What is inside an object is not declared: it may have every name.
bool holds_any(const declared_input& one) {
    return one.type == declared_type::object || one.type == declared_type::array;
}

}  // namespace

service_directory::service_directory(const std::vector<tenancy::declared_tool>& tools) {
    std::vector<const tenancy::declared_tool*> sorted;
    for (const auto& one : tools) sorted.push_back(&one);
    std::ranges::sort(sorted, {}, &tenancy::declared_tool::name);
    for (const auto* one : sorted) {
        const auto& called = *operation_of(*one);
        const bool writes = called.method() != http_method::get;
        known_.push_back({one->own, one->inputs});
        entries_.push_back({facts_of(called),
                            static_cast<std::uint32_t>(estimate_tokens(one->json)),
                            writes ? bit(tenancy::state_kind::repeat) : tenancy::state_set{0}});
    }
}

const std::vector<declared_input>* service_directory::inputs_of(std::string_view tool) const {
    const auto found = std::ranges::find(
        entries_, tool, [](const tenancy::directory_entry& one) { return one.facts.name; });
    if (found == entries_.end()) return nullptr;
    return &known_[static_cast<std::size_t>(found - entries_.begin())].inputs;
}

bool service_directory::takes(std::string_view tool, const std::vector<std::string_view>& names,
                              bool any_depth) const {
    const auto* const inputs = inputs_of(tool);
    if (inputs == nullptr || names.empty()) return false;
    const auto input = std::ranges::find(*inputs, names.front(), &declared_input::name);
    if (input != inputs->end()) return names.size() == 1 || holds_any(*input);
    return any_depth && std::ranges::any_of(*inputs, holds_any);
}

tenancy::possible_values service_directory::values_of(std::string_view tool,
                                                      const std::vector<std::string_view>& names,
                                                      bool any_depth) const {
    tenancy::possible_values out;
    const auto* const inputs = inputs_of(tool);
    if (inputs == nullptr || names.empty()) return out;
    const auto input = std::ranges::find(*inputs, names.front(), &declared_input::name);
    const bool inside = names.size() > 1 || (any_depth && std::ranges::any_of(*inputs, holds_any));
    if (inside || input == inputs->end() || holds_any(*input)) {
        out.other = out.numbers = true;
        return out;
    }
    for (const auto& value : input->values) out.listed.push_back(value);
    if (input->type == tenancy::declared_type::boolean)
        out.listed.insert(out.listed.end(), {"true", "false"});
    out.other = out.numbers = out.listed.empty();
    return out;
}

}  // namespace tollgate::stripe
