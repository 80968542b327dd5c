#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

tenancy::tool_facts facts_of(const operation& value) {
    return {value.tool_name(), value.kind(), value.tags()};
}

bool is_visible(const operation& value, const tenancy::tool_filter& filter,
                tenancy::account_mode mode) {
    if (!value.exposed() || !filter.passes(facts_of(value))) return false;
    return mode == tenancy::account_mode::test || !value.test_only();
}

}  // namespace tollgate::stripe
