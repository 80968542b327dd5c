// From capabilities to operations of the catalogue: which ordinary call each one makes.
#pragma once
#include <memory>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/declarations/document.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

struct resolved_capability {
    const document_capability* from = nullptr;
    const operation* called = nullptr;
    tenancy::declared_tool tool;  // without its rules
};

// The operation of each capability of `document`, in their order. What cannot be resolved is left
// out and noted in `problems`: another service than Stripe, an operation that does not exist or has
// no tool, an input that is none of its parameters, a parameter that it needs and that is not
// declared, an answer's field that does not exist. Refers to `document`. Pure.
std::vector<resolved_capability> resolve(const declaration_document& document,
                                         std::vector<document_problem>& problems);

// The arguments of `called` that an input of that name sets: the parameter itself, or a property
// inside it ("created_gte" is gte of created). Empty if there is none.
std::vector<std::string> argument_of(const operation& called, std::string_view input);

}  // namespace tollgate::stripe
