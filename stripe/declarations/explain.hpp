// Explains calls of declared tools, and leaves all others to the explainer of operations.
#pragma once
#include "stripe/tools/explainer.hpp"

namespace tollgate::stripe {

// Has no state of its own; any thread. References outlive it.
class declared_explainer final : public tenancy::call_explainer {
public:
    // `rest` explains the tools that are not declared.
    declared_explainer(const tool_services& shared, upstream_options upstream,
                       const tenancy::call_explainer& rest)
        : ordinary_(shared, std::move(upstream)), rest_(rest) {}

    // For a declared tool: its operation's call (`tool`), with its own name in `declared`. A name
    // that the account's declarations refuse is explained as refused by "declaration".
    base::result<std::string> explain(const tenancy::grant& value,
                                      std::string_view body) const override;
    base::result<std::string> describe(const tenancy::grant& value,
                                       std::string_view tool) const override;

private:
    const explainer ordinary_;
    const tenancy::call_explainer& rest_;
};

}  // namespace tollgate::stripe
