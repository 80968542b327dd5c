#include "stripe/listing/declared_list.hpp"

#include <algorithm>

#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

namespace {

bool passes_tier(tenancy::declared_tier tier, tenancy::method_set methods) {
    switch (tier) {
        case tenancy::declared_tier::read:
            return true;
        case tenancy::declared_tier::write:
            return (methods & static_cast<tenancy::method_set>(~tenancy::read_methods)) != 0;
        case tenancy::declared_tier::admin:
            break;
    }
    return methods == tenancy::all_methods;
}

}  // namespace

bool is_shown(const tenancy::declared_tool& tool, const operation& called,
              const tenancy::tool_filter& filter, tenancy::account_mode mode) {
    if (!called.exposed() || !passes_tier(tool.tier, filter.methods)) return false;
    if (mode == tenancy::account_mode::live && called.test_only()) return false;
    std::vector<std::string_view> tags{called.tags().begin(), called.tags().end()};
    tags.insert(tags.end(), tool.tags.begin(), tool.tags.end());
    auto facts = facts_of(called);
    facts.tags = tags;
    return filter.passes(facts);
}

bool is_shown(const tenancy::declared_tool& tool, const tenancy::grant& grant) {
    if (grant.declared == nullptr || grant.declared->forbids(tool.name)) return false;
    const operation* const called = operation_of(tool);
    if (called == nullptr || (called->made != nullptr) != grant.account->service.has_value())
        return false;
    return is_shown(tool, *called, grant.filter, grant.account->mode);
}

const tenancy::declared_tool* find_declared(const tenancy::grant& grant, std::string_view name) {
    if (grant.declared == nullptr) return nullptr;
    const auto* const found = grant.declared->find(name);
    return found != nullptr && is_shown(*found, grant) ? found : nullptr;
}

bool declares_writes(const tenancy::grant& grant) {
    if (grant.declared == nullptr) return false;
    return std::ranges::any_of(grant.declared->tools, [&](const auto& tool) {
        return is_shown(tool, grant) && has_receipt(operation_of(tool)->method());
    });
}

bool has_receipt_tool(const tenancy::grant& grant) {
    return may_write(grant.filter, grant.account->mode) || declares_writes(grant);
}

}  // namespace tollgate::stripe
