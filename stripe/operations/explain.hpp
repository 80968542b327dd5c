// Explains calls of the tools of "operations", and passes all others to the explainer of
// operations.
#pragma once
#include "stripe/tools/explainer.hpp"

namespace tollgate::stripe {

// Stateless; any thread. References outlive it.
class operations_explainer final : public tenancy::call_explainer {
public:
    operations_explainer(const tool_services& shared, upstream_options upstream)
        : rest_(shared, std::move(upstream)), refund_age_max_(shared.refund_age_max) {}

    // For a tool of "operations": the ordinary tools that it calls (`made_of`), what is read before
    // it is decided (`decided_after`), the rules on orders, and, if the arguments of a refund name
    // its payment, the explanation of that refund as its own call (`refund`). `allowed` is null if
    // it depends on calls whose arguments are not known here. Nothing is read, so only the preview
    // shows how the rules on orders decide.
    base::result<std::string> explain(const tenancy::grant& value,
                                      std::string_view body) const override;
    base::result<std::string> describe(const tenancy::grant& value,
                                       std::string_view tool) const override;

private:
    const explainer rest_;
    const std::chrono::days refund_age_max_;
};

}  // namespace tollgate::stripe
