#include "tenancy/rules/filter.hpp"

#include <algorithm>

namespace tollgate::tenancy {

namespace {

bool listed(const std::vector<std::string>& sorted, std::string_view name) {
    return std::binary_search(sorted.begin(), sorted.end(), name, std::less<>{});
}

}  // namespace

bool tool_filter::passes(const tool_facts& tool) const {
    if ((methods & bit(tool.kind)) == 0) return false;
    if (!tags.empty()) {
        const auto carried = [&](const std::string& tag) {
            return std::find(tool.tags.begin(), tool.tags.end(), tag) != tool.tags.end();
        };
        if (std::none_of(tags.begin(), tags.end(), carried)) return false;
    }
    if (!allow.empty() && !listed(allow, tool.name)) return false;
    return !listed(deny, tool.name);
}

}  // namespace tollgate::tenancy
