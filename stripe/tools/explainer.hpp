// Explains the outcome of a call by the same rules as real calls, without sending it.
#pragma once
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream_options.hpp"
#include "tenancy/rules/call_explainer.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// Stateless; any thread. The references in `shared` outlive it. `upstream` determines the host that
// a request would go to.
class explainer final : public tenancy::call_explainer {
public:
    explainer(const tool_services& shared, upstream_options upstream)
        : shared_(shared), upstream_(std::move(upstream)) {}

    base::result<std::string> explain(const tenancy::grant& value,
                                      std::string_view body) const override;
    base::result<std::string> describe(const tenancy::grant& value,
                                       std::string_view tool) const override;

    // The same for a declared tool that is shown to `value`: the call of its operation with
    // `arguments`, an object, to which the tool's rules also apply.
    base::result<std::string> explain_declared(const tenancy::grant& value,
                                               const tenancy::declared_tool& tool,
                                               const std::string& arguments) const;

private:
    const tool_services shared_;
    const upstream_options upstream_;
};

}  // namespace tollgate::stripe
