// Explains calls of the tools of "operations", and leaves all others to the explainer of
// operations.
#pragma once
#include "stripe/tools/explainer.hpp"

namespace tollgate::stripe {

// Has no state of its own; any thread. References outlive it.
class operations_explainer final : public tenancy::call_explainer {
public:
    operations_explainer(const tool_services& shared, upstream_options upstream)
        : rest_(shared, std::move(upstream)), refund_age_max_(shared.refund_age_max) {}

    // For a tool of "operations": which ordinary tools it calls (`made_of`), what is read before it
    // is decided (`decided_after`), the rules on orders, and, if the arguments of a refund name its
    // payment, what that refund would meet (`refund`, explained as a call of its own). `allowed` is
    // null if that depends on calls whose arguments are not known here. Nothing is read, so what
    // those rules say is known only to the preview.
    base::result<std::string> explain(const tenancy::grant& value,
                                      std::string_view body) const override;

private:
    const explainer rest_;
    const std::chrono::days refund_age_max_;
};

}  // namespace tollgate::stripe
