#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

const argument_paths& paths_of(const condition& when) {
    static const argument_paths none;
    return std::visit(
        [](const auto& one) -> const argument_paths& {
            if constexpr (requires { one.paths; })
                return one.paths;
            else
                return none;
        },
        when);
}

}  // namespace tollgate::tenancy
