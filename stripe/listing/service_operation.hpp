// The operation of a declared tool: one of the catalogue's, or one of its service.
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

// What `tool` calls; null if the catalogue has it no more.
inline const operation* operation_of(const tenancy::declared_tool& tool) {
    if (tool.own == nullptr) return find_tool(tool.operation);
    return &static_cast<const service_operation&>(*tool.own).called;
}

}  // namespace tollgate::stripe
