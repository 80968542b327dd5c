// The operation of a declared tool: in the catalogue, or of the account's service.
#pragma once
#include "stripe/catalog/made_operation.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// Immutable once it is built; `called` refers to `texts`.
class service_operation final : public tenancy::own_operation {
public:
    service_operation(made_operation words, operation facts)
        : texts(std::move(words)), called(facts) {
        for (const auto& word : texts.tag_words) texts.tags.push_back(word);
        called.made = &texts;
    }

    made_operation texts;
    operation called;
};

// The operation that `tool` calls; null if the catalogue no longer has it.
inline const operation* operation_of(const tenancy::declared_tool& tool) {
    if (tool.own == nullptr) return find_tool(tool.operation);
    return &static_cast<const service_operation&>(*tool.own).called;
}

}  // namespace tollgate::stripe
