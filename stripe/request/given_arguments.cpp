#include "stripe/request/given_arguments.hpp"

#include <algorithm>

namespace tollgate::stripe {

given_arguments::given_arguments(const operation& called, simdjson::dom::object arguments)
    : called_(called), object_(arguments) {
    all_.reserve(arguments.size());
    for (const auto given : arguments)
        all_.push_back({given.key, given.value, called.find_parameter(given.key)});
}

std::optional<simdjson::dom::element> given_arguments::find(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &given_argument::name);
    if (found == all_.end()) return {};
    return found->value;
}

std::optional<std::string_view> given_arguments::text(std::string_view name) const {
    const auto value = find(name);
    std::string_view out;
    if (!value || value->get(out) != simdjson::SUCCESS) return {};
    return out;
}

}  // namespace tollgate::stripe
