#include "tenancy/policy/decision.hpp"

#include <array>

namespace tollgate::tenancy {

std::string_view to_string(effect value) noexcept {
    constexpr std::array<std::string_view, 3> words{"allow", "needs_approval", "deny"};
    return words[static_cast<std::size_t>(value)];
}

std::string_view to_string(layer value) noexcept {
    constexpr std::array<std::string_view, 7> words{"none",    "frozen", "live_writes", "team",
                                                    "account", "server", "declaration"};
    return words[static_cast<std::size_t>(value)];
}

}  // namespace tollgate::tenancy
