// From capabilities to operations of the catalogue: which ordinary call each one makes.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/declarations/document.hpp"
#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::stripe {

struct resolved_capability {
    const document_capability* from = nullptr;
    const operation* called = nullptr;
    tenancy::declared_tool tool;                       // without its rules
    std::optional<tenancy::service_access> service{};  // that it calls; nothing: Stripe
};

// The operation of each capability of `document`, in their order. What cannot be resolved is left
// out and noted in `problems`: another service than Stripe (see resolve_service.hpp), an operation
// that does not exist or has no tool, an input that is none of its parameters, a parameter that it
// needs and that is not declared, an answer's field that does not exist. Refers to `document`.
// Pure.
std::vector<resolved_capability> resolve(const declaration_document& document,
                                         std::vector<document_problem>& problems);

// Notes what is wrong with a member of a capability; the references outlive it.
class capability_notes {
public:
    capability_notes(const document_capability& of, std::vector<document_problem>& problems)
        : of_(of), problems_(problems) {}

    // `member` is its path below the capability: ".inputs.limit".
    void operator()(base::yaml_place at, const std::string& member, std::string code,
                    std::string message) const {
        problems_.push_back({at, std::move(code), of_.path_of + member, std::move(message)});
    }

private:
    const document_capability& of_;
    std::vector<document_problem>& problems_;
};

// True for names that the gateway's own tools have.
bool is_own_tool_name(std::string_view name);

// The most items of an input of type array that its limits allow; 0: they say nothing of it.
std::int64_t items_max_of(const document_capability& of, const document_input& input);

// True if a file with that base_url is about Stripe.
bool is_stripe_url(std::string_view base_url);

// The arguments of `called` that an input of that name sets: the parameter itself, or a property
// inside it ("created_gte" is gte of created). Empty if there is none.
std::vector<std::string> argument_of(const operation& called, std::string_view input);

}  // namespace tollgate::stripe
