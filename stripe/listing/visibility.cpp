#include "stripe/listing/visibility.hpp"

#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

tenancy::tool_facts facts_of(const operation& value) {
    return {value.tool_name(), value.kind(), value.tags()};
}

visibility visibility_of(const operation& value, const tenancy::tool_filter& filter,
                         tenancy::account_mode mode) {
    if (!value.exposed() || !filter.passes(facts_of(value))) return visibility::hidden;
    const bool live = mode == tenancy::account_mode::live;
    return live && value.test_only() ? visibility::test_mode_only : visibility::shown;
}

visibility visibility_of(const operation& value, const tenancy::grant& grant) {
    if ((value.made != nullptr) != grant.account->service.has_value()) return visibility::hidden;
    return visibility_of(value, grant.filter, grant.account->mode);
}

bool is_visible(const operation& value, const tenancy::tool_filter& filter,
                tenancy::account_mode mode) {
    return visibility_of(value, filter, mode) == visibility::shown;
}

bool shows_declared_only(const tenancy::grant& grant) {
    if (grant.account->service) return true;
    return grant.declared != nullptr && grant.declared->only;
}

visible_rule visible_to(const tenancy::grant& grant) {
    if (shows_declared_only(grant)) return [](const operation&) { return false; };
    return
        [&grant](const operation& one) { return visibility_of(one, grant) == visibility::shown; };
}

visible_rule callable_by(const tenancy::grant& grant) {
    if (shows_declared_only(grant)) return [](const operation&) { return false; };
    return
        [&grant](const operation& one) { return visibility_of(one, grant) != visibility::hidden; };
}

}  // namespace tollgate::stripe
